import Foundation
import GRDB
import IndexModel
import Synchronization
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("StoreFile")
struct StoreFileTests {
  @Test("P1: A connection is set up as it was meant to be: read back from SQLite")
  func pragmas() throws {
    let fixture = try StoreFixture()
    let queue = try fixture.open(.readWrite(.powerLoss))
    let shard = try fixture.open(.readWrite(.kill))
    #expect(try queue.pragma("synchronous") == "2")
    #expect(try shard.pragma("synchronous") == "1")
    for store in [queue, shard] {
      #expect(try store.pragma("journal_mode") == "wal")
      #expect(try store.pragma("wal_autocheckpoint") == "0")
      #expect(try store.pragma("mmap_size").map { $0 == "0" } ?? true)
      #expect(try store.pragma("secure_delete") == "0")
      #expect(try store.pragma("foreign_keys") == "1")
      #expect(try store.pragma("busy_timeout") == "0")
      #expect(try store.pragma("journal_size_limit") == "67108864")
      #expect(try store.pragma("user_version") == "1")
      #expect(try store.pragma("page_size") == "4096")
      #expect(try store.pragma("cache_size") == "-2000")
    }
  }

  @Test(
    "P1: A durable write syncs, and leaves the connection as it was",
    arguments: [(StoreFile.Durability.kill, "1"), (.powerLoss, "2")])
  func writeDurably(_ durability: StoreFile.Durability, _ synchronous: String) throws {
    let fixture = try StoreFixture()
    let store = try fixture.open(.readWrite(durability))
    let during = try store.writeDurably { db in
      try db.execute(sql: "INSERT INTO t VALUES (1)")
      return try String.fetchOne(db, sql: "PRAGMA synchronous")
    }
    #expect(during == "2")
    #expect(try store.pragma("synchronous") == synchronous)
    #expect(throws: Unexpected.self) { try store.writeDurably { _ in throw Unexpected() } }
    #expect(try store.pragma("synchronous") == synchronous)
    #expect(try store.values() == [1])
  }

  @Test("A write that throws leaves nothing, and the connection goes on")
  func rollback() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    #expect(throws: Unexpected.self) {
      try store.write { db in
        try db.execute(sql: "INSERT INTO t VALUES (1)")
        throw Unexpected()
      }
    }
    let error = try failure { try store.write { try $0.execute(sql: "INSERT INTO nowhere VALUES (1)") } }
    #expect(error?.code == .internalError)
    #expect(error.map { !holdsSQL($0.message) } == true)
    try store.insert(2)
    #expect(try store.values() == [2])
  }

  @Test("A value of nothing is a value")
  func optionals() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    #expect(try store.read { try Int.fetchOne($0, sql: "SELECT x FROM t") } == nil)
    #expect(try store.write { try Int.fetchOne($0, sql: "SELECT x FROM t") } == nil)
  }

  @Test("P6: A read sees one moment, whatever is committed meanwhile")
  func oneMoment() throws {
    let fixture = try StoreFixture()
    let writer = try fixture.open()
    let reader = try fixture.open(.readOnly)
    try writer.insert(1)
    let counts = try reader.read { db in
      let before = try Int.fetchOne(db, sql: "SELECT count(*) FROM t")
      try writer.insert(2)
      return [before, try Int.fetchOne(db, sql: "SELECT count(*) FROM t")]
    }
    #expect(counts == [1, 1])
    #expect(try reader.values() == [1, 2])
  }

  @Test("A connection for reading cannot write")
  func readOnly() throws {
    let fixture = try StoreFixture()
    try fixture.open().insert(1)
    let reader = try fixture.open(.readOnly)
    #expect(try reader.values() == [1])
    #expect(try failure { try reader.insert(2) }?.code == .internalError)
    #expect(try failure { try reader.writeDurably { _ in } }?.code == .internalError)
    #expect(try failure { try reader.checkpoint() }?.code == .internalError)
    #expect(try failure { try reader.read { try $0.execute(sql: "INSERT INTO t VALUES (3)") } }?.code == .readOnly)
    #expect(try reader.values() == [1])
  }

  @Test("A file that is not there is not made by reading")
  func missing() throws {
    let fixture = try StoreFixture()
    #expect(try failure { _ = try fixture.open(.readOnly) }?.code == .dataDirectoryUnavailable)
    #expect(!FileManager.default.fileExists(atPath: fixture.file))
  }

  // MARK: The log

  @Test("A checkpoint empties the log")
  func checkpoint() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    try store.insert(1)
    #expect(store.logSize > 0)
    #expect(try store.checkpoint())
    #expect(store.logSize == 0)
    #expect(try store.values() == [1])
  }

  @Test("P9: A checkpoint does not wait for a reader: it says that it could not")
  func checkpointBesideAReader() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    try store.insert(1)
    let reader = try fixture.open(.readOnly)
    try reader.read { db in
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM t") == 1)
      try store.insert(2)
      #expect(try !store.checkpoint())
      #expect(store.logSize > 0)
    }
    #expect(try store.checkpoint())
    #expect(store.logSize == 0)
  }

  @Test("No commit checkpoints by itself, however long the log")
  func noCheckpointOfItsOwn() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    for _ in 0..<3 {
      try store.write { try $0.execute(sql: "INSERT INTO t VALUES (zeroblob(5000000))") }
    }
    #expect(store.logSize > 15_000_000)
  }

  // MARK: Others at the file

  @Test("P9: A file that another program holds is busy after the time limit; nothing of the work was begun")
  func foreignWriter() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open(limit: 50)
    let shell = try ForeignShell(fixture.file, "BEGIN IMMEDIATE;")
    let error = try failure { try store.write { _ in _ = Issue.record("the body ran") } }
    #expect(error?.code == .busy)
    #expect(error?.message.contains(fixture.file) == true)
    #expect(error.map { !holdsSQL($0.message) } == true)
    #expect(try store.values() == [])
    #expect(try !store.checkpoint())
    shell.close()
    try store.insert(1)
    #expect(try store.values() == [1])
  }

  @Test("A write waits for another program, and runs once when that has gone")
  func foreignWriterEnds() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let shell = try ForeignShell(fixture.file, "BEGIN IMMEDIATE; INSERT INTO t VALUES (5);")
    let isHeld = Atomic(true)
    let runs = Atomic(0)
    try onThreads(2) { thread in
      if thread == 0 {
        isHeld.store(false, ordering: .sequentiallyConsistent)
        shell.close()
      } else {
        try store.write { db in
          let isStillHeld = isHeld.load(ordering: .sequentiallyConsistent)
          #expect(!isStillHeld)
          runs.add(1, ordering: .sequentiallyConsistent)
          try db.execute(sql: "INSERT INTO t VALUES (1)")
        }
      }
    }
    let count = runs.load(ordering: .sequentiallyConsistent)
    #expect(count == 1)
    #expect(try store.values() == [1])
  }

  @Test("P9: A read of a file that another program has for itself is busy after the time limit")
  func foreignExclusive() throws {
    let fixture = try StoreFixture()
    try fixture.open().close()
    let shell = try ForeignShell(
      fixture.file, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; INSERT INTO t VALUES (5);")
    #expect(try failure { _ = try fixture.open(.readOnly, limit: 50).values() }?.code == .busy)
    #expect(try failure { _ = try fixture.open(limit: 50).values() }?.code == .busy)
    shell.close()
    #expect(try fixture.open().values() == [])
  }

  @Test("P9: A write whose gate is held is busy after the time limit, and names the holder")
  func gateHeld() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open(limit: 50)
    let held = try HeldGate(fixture.lock)
    for attempt in [{ try store.insert(1) }, { _ = try store.checkpoint() }] as [() throws -> Void] {
      let error = try failure(of: attempt)
      #expect(error?.code == .busy)
      #expect(error?.details["pid"] == String(getpid()))
      #expect(error?.message.contains("process \(getpid())") == true)
    }
    #expect(try store.values() == [], "readers need no gate")
    held.release()
    try store.insert(1)
    #expect(try store.values() == [1])
  }

  @Test("P2: Writers on threads and connections of their own lose nothing to each other")
  func writersSideBySide() throws {
    let fixture = try StoreFixture()
    try fixture.open().write { try $0.execute(sql: "INSERT INTO t VALUES (0)") }
    try onThreads(4) { thread in
      let store = try fixture.open(.readWrite(.kill))
      for round in 0..<50 {
        try store.write { db in
          let value = try Int.fetchOne(db, sql: "SELECT x FROM t")!
          try db.execute(sql: "UPDATE t SET x = ?", arguments: [value + 1])
        }
        if round % 10 == thread { try store.checkpoint() }
      }
      try store.close()
    }
    let store = try fixture.open()
    #expect(try store.values() == [200])
    #expect(try store.integrityProblems().isEmpty)
  }

  // MARK: Bad files

  @Test("A file of a newer version is refused, and not touched", arguments: [true, false])
  func newer(readOnly: Bool) throws {
    let fixture = try StoreFixture()
    #expect(try Program.sqlite3.run([fixture.file, "CREATE TABLE u (y); PRAGMA user_version = 2"]).status == 0)
    let before = try Data(contentsOf: URL(fileURLWithPath: fixture.file))
    let error = try failure { _ = try fixture.open(readOnly ? .readOnly : .readWrite(.powerLoss)) }
    #expect(error?.code == .newerSchema)
    #expect(error?.message.contains("schema 2, this one knows 1") == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.file)) == before)
  }

  @Test("A file that is no database is damaged, and not touched", arguments: [true, false])
  func notADatabase(readOnly: Bool) throws {
    let fixture = try StoreFixture()
    let text = String(repeating: "This is a letter to my aunt. ", count: 500)
    try fixture.scratch.write("data/test.db", text)
    let error = try failure { _ = try fixture.open(readOnly ? .readOnly : .readWrite(.powerLoss)) }
    #expect(error?.code == .damaged)
    #expect(error?.message.contains(fixture.file) == true)
    #expect(try String(contentsOfFile: fixture.file, encoding: .utf8) == text)
  }

  @Test("A damaged page is damage, for a reader and for the check")
  func damagedPage() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    try store.write { db in
      for value in 0..<2000 { try db.execute(sql: "INSERT INTO t VALUES (?)", arguments: ["text \(value)"]) }
    }
    try store.checkpoint()
    try store.close()
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: fixture.file))
    try handle.seek(toOffset: 4096)
    try handle.write(contentsOf: Data(repeating: 0x5a, count: 8192))
    try handle.close()
    let error = try failure { _ = try fixture.open(.readOnly).read { try Row.fetchAll($0, sql: "SELECT * FROM t") } }
    #expect(error?.code == .damaged)
    #expect(error.map { !holdsSQL($0.message) } == true)
    let problems = try? fixture.open(.readOnly).integrityProblems()
    #expect(problems?.isEmpty != true)
  }

  @Test("A good file has no problems, rows without their parent are one")
  func integrityProblems() throws {
    let fixture = try StoreFixture()
    let schema = Schema(
      testing: ["CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a (id))"])
    let store = try fixture.open(schema: schema)
    #expect(try store.integrityProblems().isEmpty)
    #expect(try Program.sqlite3.run([fixture.file, "INSERT INTO b VALUES (7), (8)"]).status == 0)
    #expect(try store.integrityProblems() == ["2 rows refer to rows that are gone"])
  }
}
