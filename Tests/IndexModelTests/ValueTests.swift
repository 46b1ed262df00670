import Foundation
import IndexModel
import Synchronization
import TestSupport
import Testing

@Suite("UUIDv7")
struct UUIDv7Tests {
  @Test("An id has the time, version 7 and the variant of RFC 9562")
  func bits() throws {
    // Later than any other id of this process, so that the counter begins anew.
    let far = Timestamp(milliseconds: 0x0fff_1234_5678)
    let id = UUIDv7.make(at: far)
    #expect(id.hasPrefix("0fff1234-5678-7000-"))
    #expect(UUID(uuidString: id) != nil && id == id.lowercased())
    let fields = id.split(separator: "-").map(String.init)
    #expect(fields.map(\.count) == [8, 4, 4, 4, 12])
    #expect("89ab".contains(fields[3].prefix(1)))
  }

  @Test("Later ids are greater, also within a millisecond and when the clock steps back")
  func monotone() {
    var last = ""
    for step in 0..<10_000 {
      let id = UUIDv7.make(at: Timestamp(milliseconds: 1_700_000_000_000 - Int64(step % 7) * 1000))
      #expect(id > last)
      last = id
    }
    #expect(UUIDv7.make(at: Timestamp(milliseconds: -5)) > last)
  }

  @Test("Threads get ids of their own, each in order")
  func threads() throws {
    let made = Mutex<[String]>([])
    try onThreads(4) { _ in
      let mine = (0..<5_000).map { _ in UUIDv7.make() }
      #expect(mine == mine.sorted())
      made.withLock { $0 += mine }
    }
    #expect(Set(made.withLock { $0 }).count == 20_000)
  }
}

@Suite("Fingerprint")
struct FingerprintTests {
  @Test(
    "A fingerprint proves nothing when the file changed within two seconds of being recorded",
    arguments: [
      // modified, changed, recorded
      (Int64(0), Int64(0), Int64(2_000_000_001), false), (0, 0, 2_000_000_000, true), (0, 0, 0, true),
      (5_000_000_000, 0, 7_000_000_001, false), (5_000_000_000, 0, 7_000_000_000, true),
      (0, 5_000_000_000, 7_000_000_001, false), (0, 5_000_000_000, 7_000_000_000, true),
      (9_000_000_000, 0, 1_000_000_000, true), (-5, -5, 2_000_000_000, false),
    ])
  func isRacy(modified: Int64, changed: Int64, recorded: Int64, isRacy: Bool) {
    let fingerprint = Fingerprint(size: 1, modified: modified, changed: changed, inode: 1)
    #expect(fingerprint.isRacy(recorded: recorded) == isRacy)
  }

  @Test("Each of its four parts tells a change")
  func parts() {
    let base = Fingerprint(size: 1, modified: 2, changed: 3, inode: 4)
    #expect(base == Fingerprint(size: 1, modified: 2, changed: 3, inode: 4))
    for other in [
      Fingerprint(size: 0, modified: 2, changed: 3, inode: 4), Fingerprint(size: 1, modified: 0, changed: 3, inode: 4),
      Fingerprint(size: 1, modified: 2, changed: 0, inode: 4), Fingerprint(size: 1, modified: 2, changed: 3, inode: 0),
    ] { #expect(other != base) }
  }
}

@Suite("ExplicitNull")
struct ExplicitNullTests {
  struct Sample: Codable, Hashable {
    @ExplicitNull var word: String?
    @ExplicitNull var number: Int?
  }

  @Test("Nothing is shown as null, and is read back as nothing")
  func null() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let samples = [Sample(word: nil, number: 3), Sample(word: "", number: nil)]
    let texts = try samples.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    #expect(texts == [#"{"number":3,"word":null}"#, #"{"number":null,"word":""}"#])
    for (sample, text) in zip(samples, texts) {
      #expect(try JSONDecoder().decode(Sample.self, from: Data(text.utf8)) == sample)
    }
  }

  @Test("A key that is left out is an error: the contract's keys are always there")
  func missing() {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Sample.self, from: Data(#"{"number":3}"#.utf8))
    }
  }
}

@Suite("Outcome")
struct OutcomeTests {
  static let all: [Outcome] =
    [.indexed, .unchanged, .removed] + SkipReason.allCases.map(Outcome.skipped)
    + FailReason.allCases.map(Outcome.failed)

  @Test("P7: Each outcome is read back as it was stored, with its reason", arguments: all)
  func roundTrip(_ outcome: Outcome) {
    #expect(Outcome(name: outcome.name.rawValue, reason: outcome.reason) == outcome)
    switch outcome {
    case .skipped, .failed: #expect(outcome.reason != nil)
    case .indexed, .unchanged, .removed: #expect(outcome.reason == nil)
    }
  }

  @Test("Words that go together nowhere are no outcome")
  func unknown() {
    for (name, reason) in [
      ("pending", nil), ("indexed", "binary"), ("skipped", nil), ("skipped", "vanished"), ("failed", "binary"),
      ("failed", nil), ("", nil), ("Indexed", nil), ("removed", ""),
    ] { #expect(Outcome(name: name, reason: reason) == nil, "\(name) \(reason ?? "-")") }
  }

  @Test("P7: Counting an outcome takes it from the pending ones, removals aside", arguments: all)
  func count(_ outcome: Outcome) {
    var progress = JobProgress()
    progress.files.found = 10
    progress.files.pending = 10
    progress.add(outcome, 3)
    let files = progress.files
    #expect(files.found == files.pending + files.indexed + files.unchanged + files.skipped + files.failed)
    #expect(files.pending == (outcome == .removed ? 10 : 7))
    #expect(progress.settled == 3)
    if let reason = outcome.reason {
      #expect(progress.reasons.skipped.merging(progress.reasons.failed) { $0 + $1 } == [reason: 3])
    }
  }

  @Test("P7: Shards add up")
  func sum() {
    var total = JobProgress()
    for outcome in Self.all {
      var shard = JobProgress()
      shard.files.found = 2
      shard.files.pending = 2
      shard.add(outcome, 2)
      shard.units = 5
      shard.bytes.found = 7
      shard.bytes.done = 6
      total += shard
    }
    let count = Self.all.count
    #expect(total.units == 5 * count && total.bytes.found == Int64(7 * count) && total.bytes.done == Int64(6 * count))
    #expect(total.files.found == 2 * count && total.files.pending == 2 && total.files.removed == 2)
    #expect(total.files.skipped == 2 * SkipReason.allCases.count)
    #expect(total.reasons.failed == Dictionary(uniqueKeysWithValues: FailReason.allCases.map { ($0.rawValue, 2) }))
  }
}

@Suite("RelativePath")
struct RelativePathTests {
  static let paths: [[UInt8]] =
    ["", "a", "a/b", "a.c", "a b", "ab", "A", "ä", "b", "a/b/c", "a\n"].map { Array($0.utf8) }
    + [[0xff], [0x61, 0xff], [0x61, 0x00], [0x80], [0x7f], [0x61, 0x2f]]

  @Test("The order is that of the bytes, as memcmp has it", arguments: paths)
  func order(_ left: [UInt8]) {
    for right in Self.paths {
      let common = min(left.count, right.count)
      let difference = common == 0 ? 0 : memcmp(left, right, common)
      let isLess = difference != 0 ? difference < 0 : left.count < right.count
      let one = RelativePath(bytes: left)
      let other = RelativePath(bytes: right)
      #expect((one < other) == isLess)
      #expect(right.withUnsafeBytes { one.precedes($0) } == isLess)
      #expect((one == other) == (left == right))
    }
  }

  @Test("A path is taken apart and put together at its slashes")
  func components() {
    #expect(Array(RelativePath("a/b/c.d").name) == Array("c.d".utf8))
    #expect(Array(RelativePath("c").name) == Array("c".utf8))
    #expect(RelativePath("").appending("a".utf8) == RelativePath("a"))
    #expect(RelativePath("a").appending("b".utf8) == RelativePath("a/b"))
    #expect(RelativePath(bytes: [0x61, 0xff]).description == "a\u{fffd}")
  }
}

@Suite("ContentHash")
struct ContentHashTests {
  @Test("A hash is shown as 32 hexadecimal digits")
  func description() {
    #expect(
      ContentHash(bytes: [0, 1, 15, 16, 127, 128, 255, 0xab, 0, 0, 0, 0, 0, 0, 0, 9]).description
        == "00010f107f80ffab0000000000000009")
  }
}

@Suite("IndexerError")
struct IndexerErrorTests {
  /// Exit codes of the design, section 9: 1 failed, 3 not found, 4 conflict, 5 busy or queue full, 64 usage.
  static let design: [IndexerError.Code: Int32] = [
    .usage: 64, .notFound: 3, .ambiguousID: 3, .conflict: 4, .busy: 5, .queueFull: 5, .rootUnavailable: 1,
    .dataDirectoryUnsafe: 1, .dataDirectoryUnavailable: 1, .diskFull: 1, .diskLow: 1, .readOnly: 1, .damaged: 1,
    .newerSchema: 1, .ioError: 1, .leaseLost: 1, .crashLoop: 1, .workerNotStarted: 1, .invalidQuery: 64,
    .invalidConfiguration: 64, .cronUnavailable: 1, .internalError: 1,
    .unauthorized: 1, .forbidden: 1, .tooLarge: 64, .tooSlow: 64, .unsupportedType: 64,
  ]

  @Test("Each code has the exit status of the contract", arguments: IndexerError.Code.allCases)
  func exitStatus(_ code: IndexerError.Code) {
    #expect(code.exitStatus == Self.design[code])
  }

  @Test("Codes are stable words in snake_case", arguments: IndexerError.Code.allCases)
  func words(_ code: IndexerError.Code) {
    #expect(!code.rawValue.isEmpty && code.rawValue.allSatisfy { $0 == "_" || ($0.isASCII && $0.isLowercase) })
  }
}

@Suite("Timestamp")
struct TimestampTests {
  @Test(
    "A moment is RFC 3339 UTC with milliseconds",
    arguments: [
      (Int64(0), "1970-01-01T00:00:00.000Z"), (1_700_000_000_005, "2023-11-14T22:13:20.005Z"),
      (1, "1970-01-01T00:00:00.001Z"), (951_782_400_999, "2000-02-29T00:00:00.999Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ])
  func text(milliseconds: Int64, text: String) throws {
    let moment = Timestamp(milliseconds: milliseconds)
    #expect(moment.description == text)
    let json = try JSONEncoder().encode([moment])
    #expect(String(decoding: json, as: UTF8.self) == "[\"\(text)\"]")
    #expect(try JSONDecoder().decode([Timestamp].self, from: json) == [moment])
  }

  @Test(
    "P7: Each millisecond of a second comes back from JSON as it was",
    arguments: [Int64(0), 1_700_000_000_000, 1_763_712_345_000, 4_102_444_800_000])
  func roundTrip(second: Int64) throws {
    let moments = (0..<1000).map { Timestamp(milliseconds: second + $0) }
    #expect(try JSONDecoder().decode([Timestamp].self, from: try JSONEncoder().encode(moments)) == moments)
  }
}

@Suite("WalkOptions")
struct WalkOptionsTests {
  @Test("Options that are given replace, the others stay")
  func changes() {
    let kept = WalkOptions(
      recursive: false, include: ["a"], exclude: ["b"], useIgnoreFiles: false, maximumFileSize: 5)
    #expect(WalkChanges().applied(to: kept) == kept)
    let all = WalkChanges(recursive: true, include: [], exclude: ["c"], useIgnoreFiles: true, maximumFileSize: 6)
    #expect(
      all.applied(to: kept)
        == WalkOptions(recursive: true, include: [], exclude: ["c"], useIgnoreFiles: true, maximumFileSize: 6))
  }

  @Test("Options come back from JSON as they were")
  func roundTrip() throws {
    let options = JobOptions(
      walk: WalkOptions(recursive: false, include: ["ä\n"], exclude: ["\""], useIgnoreFiles: false, maximumFileSize: 1))
    #expect(try JSONDecoder().decode(JobOptions.self, from: try JSONEncoder().encode(options)) == options)
  }
}
