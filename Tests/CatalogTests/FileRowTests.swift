import GRDB
import IndexModel
import SQLiteStore
import TestSupport
import Testing

@testable import Catalog

@Suite("FileRow and FileRecord")
struct FileRowTests {
  static let outcomes: [Outcome] =
    [.indexed] + SkipReason.allCases.map(Outcome.skipped) + FailReason.allCases.map(Outcome.failed)

  @Test("Everything that is recorded of a file comes back", arguments: outcomes)
  func roundTrip(_ outcome: Outcome) throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    var row = FileRow(
      source: 3, path: "a/ü\n", outcome: outcome,
      contentHash: outcome == .indexed ? ContentHash(bytes: (0..<16).map { $0 }) : nil,
      fingerprint: Fingerprint(size: .max, modified: -1, changed: .min, inode: .max), recorded: 12, kind: "c",
      encoding: "utf-8", extractor: 4, units: 5, indexedAt: Timestamp(milliseconds: 6), job: "job-1")
    row.id = try shard.write { try $0.insert(row) }
    #expect(try shard.read { try $0.file(source: 3, path: row.path) } == row)
    row.kind = nil
    row.encoding = nil
    row.units = 0
    row.job = "job-2"
    row.fingerprint.inode = 1
    try shard.write { try $0.update(row) }
    #expect(try shard.read { try $0.file(source: 3, path: row.path) } == row)
    try shard.write { try $0.setUnits(9, of: row.id) }
    #expect(try shard.read { try $0.file(source: 3, path: row.path)?.units } == 9)
    try shard.write { try $0.deleteFile(row.id) }
    #expect(try shard.read { try $0.file(source: 3, path: row.path) } == nil)
  }

  @Test("The same path may be in several sources, and once in each")
  func unique() throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    try shard.write {
      _ = try $0.insert(.indexed("a", source: 1))
      _ = try $0.insert(.indexed("a", source: 2))
    }
    #expect(try failure { try shard.write { _ = try $0.insert(.indexed("a", source: 2)) } } != nil)
    #expect(try shard.read { (try $0.hasFiles(of: 1), try $0.hasFiles(of: 3)) } == (true, false))
    #expect(try shard.read { try $0.totals() }.files == 2)
  }

  @Test("Records come in byte order of their paths, of one source, with what the plan compares")
  func records() throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    let paths: [RelativePath] = ["b", "a/b", "a.c", "a", RelativePath(bytes: [0xff]), "Z", "ä", "a b"]
    try shard.write { rows in
      for (number, path) in paths.enumerated() {
        var row = FileRow.indexed(path)
        row.fingerprint = .any(Int64(number))
        row.recorded = Int64(number)
        _ = try rows.insert(row)
      }
      _ = try rows.insert(.indexed("other", source: 2))
    }
    var seen: [RelativePath] = []
    try shard.read { rows in
      try rows.eachRecord(of: 1) { record in
        let path = RelativePath(bytes: Array(record.path))
        let number = Int64(paths.firstIndex(of: path)!)
        #expect(record.fingerprint == .any(number) && record.recorded == number && record.extractor == 1)
        #expect(record.outcome == .indexed && Array(record.job) == Array("job-1".utf8))
        seen.append(path)
      }
    }
    #expect(seen == paths.sorted())
  }

  @Test("A file is current when its fingerprint is equal and proves something, and its units are of this version")
  func isCurrent() throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    var row = FileRow.indexed("a")
    row.fingerprint = Fingerprint(size: 1, modified: 100_000_000_000, changed: 100_000_000_000, inode: 7)
    row.recorded = 102_000_000_001
    _ = try shard.write { try $0.insert(row) }
    var racy = row
    racy.path = "racy"
    racy.recorded = 102_000_000_000
    _ = try shard.write { try $0.insert(racy) }
    var answers: [String: [Bool]] = [:]
    try shard.read { rows in
      try rows.eachRecord(of: 1) { record in
        var other = row.fingerprint
        other.size = 2
        answers[String(decoding: record.path, as: UTF8.self)] = [
          record.isCurrent(row.fingerprint), record.isCurrent(other),
        ]
      }
    }
    #expect(answers == ["a": [true, false], "racy": [false, false]])
  }

  @Test(
    "Nonsense is refused by the table itself",
    arguments: [
      "outcome = 'pending'", "outcome = 'skipped'", "reason = 'binary'", "content_hash = x'00'",
      "content_hash = NULL", "size = NULL", "path = NULL", "units = 'many'", "job = NULL",
    ])
  func checks(_ assignment: String) throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    _ = try shard.write { try $0.insert(.indexed("a")) }
    #expect(throws: IndexerError.self) {
      try shard.store.write { try $0.execute(sql: "UPDATE files SET \(assignment)") }
    }
  }

  @Test("P8: A file with units cannot be deleted under them")
  func referenced() throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    let id = try shard.index("a", ["text"])
    #expect(try failure { try shard.write { try $0.deleteFile(id) } } != nil)
    #expect(try shard.search("text") == ["a"])
  }

  @Test("An outcome that this version does not know is damage")
  func unknownOutcome() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    _ = try shard.write { try $0.insert(.indexed("a")) }
    try fixture.plant("UPDATE files SET outcome = 'skipped', reason = 'moon'")
    #expect(try failure { _ = try shard.read { try $0.file(source: 1, path: "a") } }?.code == .damaged)
    #expect(try failure { try shard.read { try $0.eachRecord(of: 1) { _ in } } }?.code == .damaged)
  }
}
