import Foundation
import GRDB
import IndexModel
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Schema")
struct SchemaTests {
  @Test("The steps that a file lacks are run, each once, in order")
  func steps() throws {
    let fixture = try StoreFixture()
    let scripts = ["CREATE TABLE t (x)", "INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (3)"]
    for count in [1, 1, 3, 3] {
      let store = try fixture.open(schema: Schema(testing: Array(scripts[..<count])))
      #expect(try store.pragma("user_version") == "\(count)")
      #expect(try store.values() == [2, 3].filter { $0 <= count })
      try store.close()
    }
  }

  @Test("A step that fails leaves the file as it was")
  func failingStep() throws {
    let fixture = try StoreFixture()
    try fixture.open().close()
    let broken = Schema(
      testing: ["CREATE TABLE t (x)", "INSERT INTO t VALUES (1); INSERT INTO nowhere VALUES (1)"])
    #expect(try failure { _ = try fixture.open(schema: broken) } != nil)
    let store = try fixture.open()
    #expect(try store.values() == [])
    #expect(try store.pragma("user_version") == "1")
  }

  @Test("The real schemas can be made, and pass SQLite's check", arguments: [Schema.queue, .shard])
  func real(_ schema: Schema) throws {
    let fixture = try StoreFixture()
    let store = try fixture.open(schema: schema)
    #expect(try store.integrityProblems().isEmpty)
    #expect(try store.pragma("user_version") == "\(schema.version)")
  }

  @Test("A file of any earlier version is brought up to date, with what it holds", arguments: [Schema.queue, .shard])
  func earlierVersions(_ schema: Schema) throws {
    for version in 1..<max(2, schema.version) {
      let fixture = try StoreFixture()
      let old = try fixture.open(schema: Schema(testing: Array(schema.scripts[..<version])))
      try old.write { try $0.execute(sql: "CREATE TABLE kept (x); INSERT INTO kept VALUES (1)") }
      try old.close()
      let store = try fixture.open(schema: schema)
      #expect(try store.pragma("user_version") == "\(schema.version)")
      #expect(try store.read { try Int.fetchOne($0, sql: "SELECT x FROM kept") } == 1)
      #expect(try store.integrityProblems().isEmpty)
      let new = try StoreFixture().open(schema: schema)
      let columns = "SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c ORDER BY 1"
      #expect(
        Set(try store.read { try String.fetchAll($0, sql: columns) }).subtracting(["kept.x"])
          == Set(try new.read { try String.fetchAll($0, sql: columns) }))
    }
  }

  @Test("Ten threads open a new data directory at once")
  func tenThreads() throws {
    let scratch = try Scratch("store")
    let path = scratch.path("new/data")
    try onThreads(10) { number in try OpeningCrew.open(path, number) }
    try OpeningCrew.check(path, rows: 10)
  }

  @Test("Ten processes open a new data directory at once")
  func tenProcesses() async throws {
    let scratch = try Scratch("store")
    let path = scratch.path("new/data")
    let barrier = try Barrier(scratch, count: 10)
    let files = barrier.files
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<10 {
        group.addTask {
          await #expect(processExitsWith: .success) {
            [path = path as String, files = files as Barrier.Files, number = number as Int] in
            try files.wait()
            try OpeningCrew.open(path, number)
          }
        }
      }
    }
    #expect(barrier.isPassed)
    try OpeningCrew.check(path, rows: 10)
  }
}

/// What each of those does that open a new data directory at once.
enum OpeningCrew {
  static func open(_ path: String, _ number: Int) throws {
    let directory = try DataDirectory(path: path)
    let store = try StoreFile(
      path: directory.queueFile, schema: .queue, access: .readWrite(.powerLoss), lock: directory.queueLock)
    try store.write {
      try $0.execute(
        sql: "INSERT INTO projects (id, name, created_at) VALUES (?, ?, 1)", arguments: ["\(number)", "p\(number)"])
    }
    try store.close()
  }

  static func check(_ path: String, rows: Int) throws {
    let directory = try DataDirectory(path: path)
    let store = try StoreFile(
      path: directory.queueFile, schema: .queue, access: .readOnly, lock: directory.queueLock)
    #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM projects") } == rows)
    #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM epochs") } == 1)
    #expect(try store.integrityProblems().isEmpty)
  }
}

/// Lets processes go on when all of them have come: each says so through a pipe, then waits for a lock.
final class Barrier: Sendable {
  struct Files: Codable, Sendable {
    var arrivals: String
    var start: String

    func wait() throws {
      let arrivals = Foundation.open(arrivals, O_WRONLY | O_CLOEXEC)
      let start = Foundation.open(start, O_RDWR | O_CLOEXEC)
      guard arrivals >= 0, start >= 0, write(arrivals, "x", 1) == 1, flock(start, LOCK_SH) == 0 else {
        throw Unexpected()
      }
      close(arrivals)
      close(start)
    }
  }

  let files: Files
  private let passed = DispatchSemaphore(value: 0)

  /// Begins to count those that arrive, on a thread of its own; after 30 seconds lets go whoever is there.
  init(_ scratch: Scratch, count: Int) throws {
    files = Files(arrivals: scratch.path("arrivals"), start: scratch.path("start"))
    guard mkfifo(files.arrivals, 0o600) == 0 else { throw Unexpected() }
    // Open for both, so that neither side waits for the other to open it.
    let arrivals = Foundation.open(files.arrivals, O_RDWR | O_CLOEXEC)
    let start = Foundation.open(files.start, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard arrivals >= 0, start >= 0, flock(start, LOCK_EX) == 0 else { throw Unexpected() }
    let thread = Thread { [passed] in
      var come = 0
      var waiting = pollfd(fd: arrivals, events: Int16(POLLIN), revents: 0)
      var bytes = [UInt8](repeating: 0, count: count)
      while come < count, poll(&waiting, 1, 30_000) == 1 { come += read(arrivals, &bytes, count - come) }
      close(start)
      close(arrivals)
      if come == count { passed.signal() }
    }
    thread.start()
  }

  /// Whether all came; asked once.
  var isPassed: Bool { passed.wait(timeout: .now() + 1) == .success }
}
