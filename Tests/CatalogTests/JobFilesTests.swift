import IndexModel
import SQLiteStore
import Testing

@testable import Catalog

@Suite("JobFile")
struct JobFilesTests {
  /// A shard after a job `old` that indexed, skipped and failed files, in the middle of a job `new`.
  private func shard() throws -> (ShardFixture, Shard) {
    let fixture = try ShardFixture()
    let shard = try fixture.open(job: "new")
    try shard.write { rows in
      func file(_ path: RelativePath, _ outcome: Outcome, job: String, source: Int64 = 1) throws {
        var row = FileRow.indexed(path, source: source, units: 2, job: job)
        row.outcome = outcome
        if outcome != .indexed { row.contentHash = nil }
        _ = try rows.insert(row)
      }
      try file("kept", .indexed, job: "old")
      try file("kept skipped", .skipped(.binary), job: "old")
      try file("kept failed", .failed(.permissionDenied), job: "old")
      try file("elsewhere", .indexed, job: "old", source: 2)
      try file("changed", .indexed, job: "new")
      try file("touched", .indexed, job: "old")
      try file("waits", .indexed, job: "old")
      try file("now binary", .skipped(.binary), job: "new")
      try file("back", .indexed, job: "old")
      try file("to be removed", .indexed, job: "old")

      let entries: [(RelativePath, ManifestEntry.Action, Outcome?)] = [
        ("changed", .index, .indexed), ("touched", .index, .unchanged), ("waits", .index, nil), ("new", .index, nil),
        ("now binary", .index, .skipped(.binary)), ("vanished", .index, .failed(.vanished)),
        ("link", .note(.skipped(.symbolicLink)), .skipped(.symbolicLink)), ("gone", .remove, .removed),
        ("back", .remove, .unchanged), ("to be removed", .remove, nil),
      ]
      for (path, action, _) in entries {
        try rows.insert(ManifestEntry(path: path, action: action, fingerprint: .any(3)), job: "new", source: 1)
      }
      for (entry, made) in zip(try rows.pendingEntries(of: "new", after: 0, limit: 99), entries) {
        if let outcome = made.2 { try rows.settle(entry.id, as: outcome, units: outcome == .indexed ? 2 : 0) }
      }
    }
    return (fixture, shard)
  }

  // What is to be removed, or turned out to be there again, is not among the files found: no counter has it.
  @Test(
    "P7: Each outcome lists its files, in order of their paths, and a file is in one list only",
    arguments: [
      (OutcomeName.pending, ["new", "waits"]), (.indexed, ["changed"]), (.unchanged, ["kept", "touched"]),
      (.skipped, ["kept skipped", "link", "now binary"]), (.failed, ["kept failed", "vanished"]),
      (.removed, ["gone"]),
    ])
  func lists(_ outcome: OutcomeName, _ expected: [String]) throws {
    let (fixture, shard) = try shard()
    defer { withExtendedLifetime(fixture) {} }
    var seen: [JobFile] = []
    try shard.read { try $0.eachFile(of: "new", source: 1, outcome: outcome) { seen.append($0) } }
    #expect(seen.map(\.path.description) == expected)
    for file in seen {
      #expect((file.reason != nil) == (outcome == .skipped || outcome == .failed), "\(file)")
    }
  }

  @Test("A file is shown with its hash, size, units and the job that wrote it")
  func details() throws {
    let (fixture, shard) = try shard()
    defer { withExtendedLifetime(fixture) {} }
    var seen: [JobFile] = []
    try shard.read { try $0.eachFile(of: "new", source: 1, outcome: .indexed) { seen.append($0) } }
    let file = try #require(seen.first)
    #expect(file.contentHash == ContentHash(bytes: Array(repeating: 7, count: 16)))
    #expect(file.size == 30 && file.modified == 300 && file.units == 2 && file.job == "new")
    #expect(file.indexedAt == Timestamp(milliseconds: 5))
  }
}
