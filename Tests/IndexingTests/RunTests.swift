import Foundation
import IndexModel
import Jobs
import SQLiteStore
import Synchronization
import TestSupport
import Testing

@testable import Indexing

@Suite("A run")
struct RunTests {
  @Test("indexes a tree and finds each file by its word")
  func first() async throws {
    let rig = try Rig()
    try rig.writeFiles(40)
    let service = try rig.service()
    let job = try await rig.index(service)
    #expect(job.status == .completed)
    #expect(job.files.found == 40)
    #expect(job.files.indexed == 40)
    #expect(job.files.pending == 0)
    #expect(try rig.paths("word17", service) == ["d3/f17.txt"])
    #expect(try rig.paths("shared", service).count == 40)
    #expect(try service.doctor().filter { !$0.isWell } == [])
  }

  @Test("P3: a second run reads nothing, and says unchanged")
  func second() async throws {
    let rig = try Rig()
    try rig.writeFiles(10)
    try rig.age()
    let service = try rig.service()
    try await rig.index(service)
    let job = try await rig.index(service)
    #expect(job.files.unchanged == 10)
    #expect(job.files.indexed == 0)
    #expect(job.bytes.done == job.bytes.found)
  }

  @Test("takes up changed, new and removed files, and drops their old words")
  func changes() async throws {
    let rig = try Rig()
    try rig.writeFiles(10)
    let service = try rig.service()
    try await rig.index(service)
    try rig.write("altogether different\n", to: "d1/f1.txt")
    try rig.write("brandnew\n", to: "new.txt")
    try rig.remove("d2/f2.txt")
    let job = try await rig.index(service)
    #expect(job.files.indexed == 2)
    #expect(job.files.unchanged == 8)
    #expect(job.files.removed == 1)
    #expect(try rig.paths("word1", service) == [])
    #expect(try rig.paths("different", service) == ["d1/f1.txt"])
    #expect(try rig.paths("brandnew", service) == ["new.txt"])
    #expect(try rig.paths("word2", service) == [])
    #expect(try service.doctor().filter { !$0.isWell } == [])
  }

  @Test("finds a same-size edit whose times were set back")
  func racyEdit() async throws {
    let rig = try Rig()
    try rig.write("first words\n", to: "a.txt")
    let service = try rig.service()
    try await rig.index(service)
    let before = try FileManager.default.attributesOfItem(atPath: rig.tree + "/a.txt")[.modificationDate] as? Date
    try rig.write("other words\n", to: "a.txt")
    try FileManager.default.setAttributes([.modificationDate: before as Any], ofItemAtPath: rig.tree + "/a.txt")
    let job = try await rig.index(service)
    #expect(job.files.indexed == 1)
    #expect(try rig.paths("other", service) == ["a.txt"])
  }

  @Test(
    "finds a same-size edit within the tick of the clock in which the file was read",
    .enabled(if: editsShareTimes, "this kernel gives each change that is looked at a time of its own"))
  func sameTick() async throws {
    let rig = try Rig()
    let names = (0..<100).map { "f\($0).txt" }
    for name in names { try rig.write("before", to: name) }
    let edited = Mutex<Set<String>>([])
    var hooks = IndexHooks()
    // Written just before the read and again just after it: mostly within one tick, some milliseconds long.
    let inHand = Mutex((path: "", times: [Int64]()))
    hooks.willRead = { path in
      try Data("before".utf8).overwrite(path)
      inHand.withLock { $0 = (path, Self.times(of: path)) }
    }
    hooks.reached = { point in
      guard point == .fileWritten else { return }
      let (path, times) = inHand.withLock { $0 }
      try Data("after!".utf8).overwrite(path)
      if Self.times(of: path) == times { edited.withLock { _ = $0.insert(String(path.dropFirst(rig.tree.count + 1))) } }
    }
    try await rig.index(try rig.service(hooks))
    let unseen = edited.withLock { $0 }
    #expect(!unseen.isEmpty, "no edit came within the tick of its read")
    let service = try rig.service()
    #expect(try await rig.index(service).files.indexed == names.count)
    #expect(try rig.paths("after", service).isSuperset(of: unseen))
  }

  /// Whether two edits, with a look between them, can have the same times: before Linux 6.13, within one tick.
  static let editsShareTimes: Bool = {
    guard let scratch = try? Scratch("ticks"), let path = try? scratch.write("file", "before") else { return true }
    return (0..<100).contains { _ in
      let times = Self.times(of: path)
      try? Data("after!".utf8).overwrite(path)
      return times == Self.times(of: path)
    }
  }()

  /// When the file's content and row last changed, in nanoseconds since 1970.
  private static func times(of path: String) -> [Int64] {
    var info = stat()
    guard lstat(path, &info) == 0 else { return [] }
    return [info.st_mtim, info.st_ctim].map { Int64($0.tv_sec) * 1_000_000_000 + Int64($0.tv_nsec) }
  }

  @Test("P7: every file has one outcome with its reason, and the sum holds")
  func outcomes() async throws {
    let rig = try Rig()
    try rig.write("text\n", to: "text.txt")
    try rig.write("", to: "empty.txt")
    try rig.write("\u{0}\u{1}\u{2}binary", to: "binary.bin")
    try rig.write("KEY=1", to: ".env")
    try rig.write(String(repeating: "x", count: 2_000), to: "large.txt")
    try rig.write("ignored.txt\n", to: ".gitignore")
    try rig.write("no", to: "ignored.txt")
    try FileManager.default.createSymbolicLink(atPath: rig.tree + "/link", withDestinationPath: "text.txt")
    #expect(mkfifo(rig.tree + "/fifo", 0o600) == 0)
    let service = try rig.service()
    let job = try await rig.index(service, WalkChanges(maximumFileSize: 1_000))
    #expect(job.files.found == 8)
    #expect(job.files.indexed == 3)
    #expect(job.files.ignored == 1)
    #expect(job.reasons.skipped == ["binary": 1, "secret": 1, "too_large": 1, "symbolic_link": 1, "fifo": 1])
    #expect(job.files.found == job.files.indexed + job.files.skipped + job.files.failed + job.files.unchanged)
    // A file that is not read is still found by its name.
    #expect(try rig.paths("binary", service) == ["binary.bin"])
    // Each again, with the same reason, and none read.
    try rig.age()
    let again = try await rig.index(service)
    #expect(again.reasons == job.reasons)
    #expect(again.files.found == job.files.found)
  }

  @Test("options given anew replace the old ones, and what they leave out is removed")
  func exclude() async throws {
    let rig = try Rig()
    try rig.writeFiles(14)
    let service = try rig.service()
    try await rig.index(service)
    let job = try await rig.index(service, WalkChanges(exclude: ["d0/"]))
    #expect(job.files.removed == 2)
    #expect(try rig.paths("shared", service).count == 12)
    let same = try await rig.index(service)
    #expect(same.options.walk.exclude == ["d0/"])
    #expect(same.files.removed == 0)
  }

  @Test("a start that is refused changes nothing: no project, no options")
  func refused() async throws {
    let rig = try Rig()
    try rig.writeFiles(1)
    let service = try rig.service()
    let first = try service.start(StartRequest(directory: rig.tree, requestedBy: "test")).job
    let again = StartRequest(
      directory: rig.tree, changes: WalkChanges(exclude: ["*.txt"]), refuseDuplicate: true, requestedBy: "test")
    #expect { try service.start(again) } throws: { ($0 as? IndexerError)?.details["job"] == first.id }
    #expect(try service.projects().first?.sources.first?.options.exclude == [])
    let full = try rig.service { $0.queueLimit = 1 }
    let other = StartRequest(directory: rig.scratch, requestedBy: "test")
    #expect { try full.start(other) } throws: { ($0 as? IndexerError)?.code == .queueFull }
    #expect(try full.projects().count == 1)
  }

  @Test("P8: a missing source fails its job and keeps the index")
  func missingSource() async throws {
    let rig = try Rig()
    try rig.writeFiles(5)
    let service = try rig.service()
    try await rig.index(service)
    let queued = try service.start(StartRequest(directory: rig.tree, requestedBy: "test")).job
    try FileManager.default.moveItem(atPath: rig.tree, toPath: rig.tree + "-away")
    let job = try await rig.run(queued.id, service)
    #expect(job.status == .failed)
    #expect(job.error?.code == "root_unavailable")
    #expect(try rig.paths("shared", service).count == 5)
    try FileManager.default.moveItem(atPath: rig.tree + "-away", toPath: rig.tree)
    _ = try service.queue.store.write { try service.queue.jobs.control(queued.id, .resume, actor: "test", in: $0) }
    #expect(try await rig.run(queued.id, service).status == .completed)
  }

  @Test("P6: what a search sees of a file is always one whole version")
  func versions() async throws {
    let rig = try Rig()
    let lines = (0..<900).map { "old line \($0)" }.joined(separator: "\n")
    try rig.write(lines, to: "a.txt")
    let seen = Mutex<[Int]>([])
    let service = try rig.service()
    try await rig.index(service)
    var hooks = IndexHooks()
    let reader = try rig.service()
    hooks.reached = { point in
      guard point == .willCommit else { return }
      let old = try reader.search(SearchRequest(query: "old", limit: 100)).hits.count
      let new = try reader.search(SearchRequest(query: "fresh", limit: 100)).hits.count
      seen.withLock { $0 += [old, new] }
    }
    let writer = try rig.service(hooks)
    try rig.write(lines.replacingOccurrences(of: "old", with: "fresh"), to: "a.txt")
    try await rig.index(writer)
    let before = seen.withLock { $0 }
    #expect(before.count == 2)
    #expect(before.first ?? 0 > 1)
    #expect(before.last == 0)
    #expect(try reader.search(SearchRequest(query: "old")).hits.isEmpty)
    #expect(try reader.search(SearchRequest(query: "fresh")).hits.count > 1)
  }
}

extension Rig {
  /// Makes all files look older than the slack of the racy rule: their change times are real, so this waits.
  func age() throws { usleep(2_100_000) }
}

extension Data {
  /// Writes these bytes over the first ones of a file, which stays the same file.
  fileprivate func overwrite(_ path: String) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.write(contentsOf: self)
    try file.close()
  }
}
