import IndexModel
import SQLiteStore
import TestSupport
import Testing

@testable import Catalog

@Suite("Manifest")
struct ManifestTests {
  static let outcomes: [Outcome] =
    [.indexed, .unchanged, .removed] + SkipReason.allCases.map(Outcome.skipped)
    + FailReason.allCases.map(Outcome.failed)

  @Test("An entry comes back as it was written", arguments: outcomes)
  func roundTrip(_ outcome: Outcome) throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    let made = [
      ManifestEntry(path: RelativePath(bytes: [0xff, 0x0a]), action: .note(outcome), fingerprint: .any(1)),
      ManifestEntry(path: "b", action: .index, fingerprint: .any(2)),
      ManifestEntry(path: "c", action: .remove, fingerprint: .any(3)),
    ]
    try shard.write { rows in for entry in made { try rows.insert(entry, job: "j", source: 1) } }
    var seen = try shard.read { try $0.pendingEntries(of: "j", after: 0, limit: 10) }
    #expect(seen.map(\.id) == seen.map(\.id).sorted() && seen[0].id > 0)
    for index in seen.indices { seen[index].id = 0 }
    #expect(seen == made)
  }

  @Test("Pending entries come in the order they were made, page by page, of one job")
  func pages() throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    try shard.write { rows in
      for number in 0..<10 {
        try rows.insert(
          ManifestEntry(path: RelativePath("f\(number)"), action: .index, fingerprint: .any()), job: "j", source: 1)
        try rows.insert(
          ManifestEntry(path: RelativePath("g\(number)"), action: .index, fingerprint: .any()), job: "k", source: 1)
      }
    }
    let all = try shard.read { try $0.pendingEntries(of: "j", after: 0, limit: 100) }
    #expect(all.map(\.path.description) == (0..<10).map { "f\($0)" })
    try shard.write { rows in
      try rows.settle(all[1].id, as: .indexed, units: 2)
      try rows.settle(all[4].id, as: .failed(.vanished), units: 0)
    }
    var pages: [[String]] = []
    var after: Int64 = 0
    while true {
      let page = try shard.read { try $0.pendingEntries(of: "j", after: after, limit: 3) }
      guard let last = page.last else { break }
      after = last.id
      pages.append(page.map(\.path.description))
    }
    #expect(pages == [["f0", "f2", "f3"], ["f5", "f6", "f7"], ["f8", "f9"]])
  }

  @Test("An entry that this version does not know is damage")
  func unknownNote() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    try shard.write {
      try $0.insert(ManifestEntry(path: "a", action: .note(.skipped(.fifo)), fingerprint: .any()), job: "j", source: 1)
    }
    for noted in ["'skipped moon'", "'skipped'", "''", "NULL", "'pending'"] {
      try fixture.plant("UPDATE manifest SET noted = \(noted)")
      #expect(
        try failure { _ = try shard.read { try $0.pendingEntries(of: "j", after: 0, limit: 1) } }?.code == .damaged)
    }
  }
}

@Suite("ManifestHeader")
struct ManifestHeaderTests {
  private func plan(_ shard: Shard, job: String = "j", source: Int64 = 1, entries: Int? = nil) throws {
    try shard.write { rows in
      for number in 0..<6 {
        try rows.insert(
          ManifestEntry(path: RelativePath("f\(number)"), action: .index, fingerprint: .any(1)), job: job,
          source: source)
      }
      try rows.insert(
        ManifestEntry(path: "link", action: .note(.skipped(.symbolicLink)), fingerprint: .any(1)), job: job,
        source: source)
      for path: RelativePath in ["gone", "back"] {
        try rows.insert(ManifestEntry(path: path, action: .remove, fingerprint: .any(9)), job: job, source: source)
      }
      try rows.insert(
        ManifestHeader(
          source: source, walk: "w", entries: entries ?? 9,
          settled: [
            SettledCount(.unchanged, files: 4), SettledCount(.skipped(.binary), files: 3),
            SettledCount(.failed(.permissionDenied), files: 1),
          ], bytes: 1000, settledBytes: 400), job: job)
    }
  }

  @Test("A header comes back as it was written")
  func roundTrip() throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    let header = ManifestHeader(
      source: 2, walk: "walk-1", entries: 3,
      settled: [SettledCount(.unchanged, files: 4), SettledCount(.failed(.pathTooLong), files: 1)], bytes: 1 << 40,
      settledBytes: 5)
    #expect(try shard.read { try $0.header(of: "j") } == nil)
    try shard.write { try $0.insert(header, job: "j") }
    #expect(try shard.read { try $0.header(of: "j") } == header)
    #expect(try shard.read { try $0.header(of: "k") } == nil)
  }

  @Test("P7: What the rows say of a job, from its plan to its end, always adds up")
  func progress() throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    try plan(shard)
    let entries = try shard.read { try $0.pendingEntries(of: "j", after: 0, limit: 100) }
    func progress() throws -> JobProgress {
      let progress = try #require(try shard.read { try $0.progress(of: "j") })
      let files = progress.files
      #expect(files.found == files.pending + files.indexed + files.unchanged + files.skipped + files.failed)
      #expect(files.skipped == progress.reasons.skipped.values.reduce(0, +))
      #expect(files.failed == progress.reasons.failed.values.reduce(0, +))
      return progress
    }
    var seen = try progress()
    #expect(seen.files.found == 15 && seen.files.pending == 7 && seen.files.unchanged == 4)
    #expect(seen.bytes.found == 1000 && seen.bytes.done == 400 && seen.units == 0)
    let outcomes: [(Outcome, Int)] = [
      (.indexed, 3), (.indexed, 2), (.unchanged, 0), (.skipped(.binary), 0), (.failed(.readError), 0),
      (.failed(.vanished), 0), (.skipped(.symbolicLink), 0), (.removed, 0), (.unchanged, 0),
    ]
    for (entry, (outcome, units)) in zip(entries, outcomes) {
      try shard.write { try $0.settle(entry.id, as: outcome, units: units) }
      seen = try progress()
    }
    #expect(seen.files.pending == 0)
    #expect(
      [seen.files.indexed, seen.files.unchanged, seen.files.skipped, seen.files.failed, seen.files.removed]
        == [2, 5, 5, 3, 1])
    #expect(seen.reasons.skipped == ["binary": 4, "symbolic_link": 1])
    #expect(seen.reasons.failed == ["permission_denied": 1, "read_error": 1, "vanished": 1])
    #expect(seen.units == 5)
    // What was to be removed is not among the files found, nor are its bytes.
    #expect(seen.bytes.done == 400 + 7 * 10)
    #expect(seen.settled == 16)
  }

  @Test("A manifest that is not whole has no progress: it is made anew", arguments: [8, 10])
  func notWhole(entries: Int) throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    #expect(try shard.read { try $0.progress(of: "j") } == nil)
    try plan(shard, entries: entries)
    #expect(try shard.read { try $0.progress(of: "j") } == nil)
  }

  @Test("An empty manifest with its header is whole")
  func empty() throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    try shard.write {
      try $0.insert(
        ManifestHeader(source: 1, walk: "w", entries: 0, settled: [], bytes: 0, settledBytes: 0), job: "j")
    }
    #expect(try shard.read { try $0.progress(of: "j") } == JobProgress())
  }

  @Test("All manifests of a source go, whole or not; those of other sources stay")
  func dropManifests() throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    try plan(shard, job: "old")
    try plan(shard, job: "elsewhere", source: 2)
    try shard.write { rows in
      try rows.insert(
        ManifestHeader(source: 1, walk: "w", entries: 0, settled: [], bytes: 0, settledBytes: 0), job: "header only")
      try rows.insert(
        ManifestEntry(path: "x", action: .index, fingerprint: .any()), job: "no header", source: 1)
    }
    try shard.write { try $0.dropManifests(ofSource: 1) }
    let left = try shard.read { rows in
      try ["old", "header only", "no header", "elsewhere"].map { job in
        (try rows.header(of: job) != nil, try rows.pendingEntries(of: job, after: 0, limit: 100).count)
      }
    }
    #expect(left.map(\.0) == [false, false, false, true])
    #expect(left.map(\.1) == [0, 0, 0, 9])
    #expect(try shard.read { try $0.progress(of: "elsewhere") } != nil)
  }

  @Test("A job's manifest is dropped alone")
  func dropManifest() throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    try plan(shard, job: "a")
    try plan(shard, job: "b")
    try shard.write { try $0.dropManifest(of: "a") }
    #expect(try shard.read { try $0.header(of: "a") } == nil)
    #expect(try shard.read { try $0.pendingEntries(of: "a", after: 0, limit: 9) }.isEmpty)
    #expect(try shard.read { try $0.progress(of: "b") } != nil)
  }
}
