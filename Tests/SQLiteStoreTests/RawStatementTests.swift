import GRDB
import IndexModel
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("RawStatement")
struct RawStatementTests {
  /// What SQLite makes of one bound value: its type, its length in bytes, its bytes in hexadecimal.
  private func bound(_ bind: (RawStatement) -> Void) throws -> [String] {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    return try store.write { db in
      let insert = try RawStatement(db, "INSERT INTO t VALUES (?)")
      bind(insert)
      try insert.run()
      let row = try Row.fetchOne(
        db, sql: "SELECT typeof(x), coalesce(length(CAST(x AS BLOB)), '-') || '', hex(x) FROM t")!
      return (0..<3).map { row[$0] }
    }
  }

  @Test("Numbers and nothing are bound as they are")
  func numbers() throws {
    #expect(try bound { $0.bind(Int64.max, at: 1) }[0] == "integer")
    #expect(try bound { $0.bind(Int64.min, at: 1) } == ["integer", "20", "2D39323233333732303336383534373735383038"])
    #expect(try bound { $0.bind(-7, at: 1) } == ["integer", "2", "2D37"])
    #expect(try bound { $0.bindNull(at: 1) } == ["null", "-", ""])
  }

  @Test("Empty text is text, and nothing is NULL, however it is given")
  func emptyText() throws {
    #expect(try bound { $0.bindText("", at: 1) } == ["text", "0", ""])
    #expect(try bound { $0.bindText([UInt8](), at: 1) } == ["text", "0", ""])
    #expect(try bound { $0.bindText(UnsafeRawBufferPointer(start: nil, count: 0), at: 1) } == ["text", "0", ""])
    #expect(try bound { $0.bindText(nil as String?, at: 1) } == ["null", "-", ""])
  }

  @Test("An empty blob is a blob, and nothing is NULL, however it is given")
  func emptyBlob() throws {
    #expect(try bound { $0.bindBlob([UInt8](), at: 1) } == ["blob", "0", ""])
    #expect(try bound { $0.bindBlob(UnsafeRawBufferPointer(start: nil, count: 0), at: 1) } == ["blob", "0", ""])
    #expect(try bound { $0.bindBlob(nil as [UInt8]?, at: 1) } == ["null", "-", ""])
  }

  @Test("Text keeps bytes that are not UTF-8, and zeros")
  func bytes() throws {
    let bytes: [UInt8] = [0x61, 0xff, 0x00, 0x0a, 0xc3]
    #expect(try bound { $0.bindText(bytes, at: 1) } == ["text", "5", "61FF000AC3"])
    #expect(try bound { $0.bindBlob(bytes, at: 1) } == ["blob", "5", "61FF000AC3"])
    #expect(try bound { $0.bindText("ü\n", at: 1) } == ["text", "3", "C3BC0A"])
    // Bytes that stay where they are must do so until the statement has run.
    let fixture = try StoreFixture()
    let store = try fixture.open()
    try store.write { db in
      let insert = try RawStatement(db, "INSERT INTO t VALUES (?)")
      try bytes.withUnsafeBytes {
        insert.bindText($0, at: 1)
        try insert.run()
        insert.bindBlob($0, at: 1)
        try insert.run()
      }
      let select = try RawStatement(db, "SELECT x, typeof(x) FROM t ORDER BY rowid")
      defer { select.reset() }
      for type in ["text", "blob"] {
        #expect(try select.step())
        #expect(Array(select.bytes(0)) == bytes && select.string(1) == type)
      }
      #expect(try !select.step())
    }
  }

  @Test("Columns are read as what they are")
  func columns() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    try store.read { db in
      let select = try RawStatement(
        db, "SELECT 9223372036854775807, -5, 2.5, 'ü', x'ff00', '', x'', NULL, x'61ff'")
      defer { select.reset() }
      #expect(try select.step())
      #expect(select.int64(0) == .max && select.int(1) == -5 && select.double(2) == 2.5)
      #expect(select.string(3) == "ü" && Array(select.bytes(3)) == [0xc3, 0xbc])
      #expect(Array(select.bytes(4)) == [0xff, 0])
      #expect(select.string(5) == "" && select.bytes(5).isEmpty && !select.isNull(5))
      #expect(select.string(6) == "" && select.bytes(6).isEmpty && !select.isNull(6))
      #expect(select.string(7) == nil && select.bytes(7).isEmpty && select.isNull(7) && select.int64(7) == 0)
      #expect(select.string(8) == "a\u{fffd}")
      #expect(try !select.step())
    }
  }

  @Test("A statement that failed can be used again")
  func failing() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    try store.write { db in
      try db.execute(sql: "CREATE UNIQUE INDEX u ON t (x)")
      let insert = try RawStatement(db, "INSERT INTO t VALUES (?)")
      insert.bind(1, at: 1)
      try insert.run()
      #expect(throws: DatabaseError.self) { try insert.run() }
      insert.bind(2, at: 1)
      try insert.run()
    }
    #expect(try store.values() == [1, 2])
  }

  @Test("A statement that cannot be prepared is an error")
  func unprepared() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    #expect(try failure { try store.read { _ = try RawStatement($0, "SELECT y FROM t") } }?.code == .internalError)
  }

  @Test("A reset ends the read: the connection holds no lock")
  func reset() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    try store.insert(1)
    try store.read { db in
      let select = try RawStatement(db, "SELECT x FROM t")
      #expect(try select.step())
      select.reset()
    }
    #expect(try fixture.open().checkpoint())
  }
}
