package import GRDB
internal import GRDBSQLite

/// A prepared statement for loops that run once per file or unit: values are bound and read as bytes, without a
/// Swift string or array for each.
///
/// Used on the thread that has the connection, and closed before it. Columns and parameters count as in SQLite:
/// columns from 0, parameters from 1.
package final class RawStatement {
  private let statement: OpaquePointer
  private let handle: OpaquePointer

  package init(_ db: Database, _ sql: StaticString) throws {
    handle = db.sqliteConnection!
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v3(
      handle, UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self), Int32(sql.utf8CodeUnitCount),
      UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let prepared else { throw Self.failure(handle, code) }
    statement = prepared
  }

  deinit { sqlite3_finalize(statement) }

  package func bind(_ value: Int64, at index: Int32) { sqlite3_bind_int64(statement, index, value) }

  package func bind(_ value: Int, at index: Int32) { bind(Int64(value), at: index) }

  package func bindNull(at index: Int32) { sqlite3_bind_null(statement, index) }

  /// Binds text that stays where it is until the statement is reset.
  package func bindText(_ bytes: UnsafeRawBufferPointer, at index: Int32) {
    // An empty buffer may have no address, which SQLite would take for NULL.
    guard let address = bytes.baseAddress else { return bindEmptyText(at: index) }
    sqlite3_bind_text(
      statement, index, address.assumingMemoryBound(to: CChar.self), Int32(bytes.count), nil)
  }

  /// Binds a copy.
  package func bind(_ value: Int?, at index: Int32) {
    guard let value else { return bindNull(at: index) }
    bind(Int64(value), at: index)
  }

  package func bindText(_ bytes: [UInt8], at index: Int32) {
    bytes.withUnsafeBufferPointer { buffer in
      guard let address = buffer.baseAddress, !buffer.isEmpty else { return bindEmptyText(at: index) }
      _ = address.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
        sqlite3_bind_text(statement, index, $0, Int32(buffer.count), Self.transient)
      }
    }
  }

  package func bindText(_ text: String?, at index: Int32) {
    guard let text else { return bindNull(at: index) }
    bindText(Array(text.utf8), at: index)
  }

  /// Binds bytes that stay where they are until the statement is reset.
  package func bindBlob(_ bytes: UnsafeRawBufferPointer, at index: Int32) {
    guard let address = bytes.baseAddress else {
      sqlite3_bind_zeroblob(statement, index, 0)
      return
    }
    sqlite3_bind_blob(statement, index, address, Int32(bytes.count), nil)
  }

  /// Binds a copy.
  package func bindBlob(_ bytes: [UInt8]?, at index: Int32) {
    guard let bytes else { return bindNull(at: index) }
    bytes.withUnsafeBytes { buffer in
      _ = sqlite3_bind_blob(statement, index, buffer.baseAddress, Int32(buffer.count), Self.transient)
    }
  }

  /// Goes to the next row; false after the last.
  package func step() throws -> Bool {
    let code = sqlite3_step(statement)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default:
      let failure = Self.failure(handle, code)
      sqlite3_reset(statement)
      throw failure
    }
  }

  /// Runs a statement that gives no rows, and makes it ready for the next values.
  package func run() throws {
    defer { reset() }
    _ = try step()
  }

  /// Ends the current run; bound values stay.
  package func reset() { sqlite3_reset(statement) }

  package func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

  package func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(statement, column)) }

  package func double(_ column: Int32) -> Double { sqlite3_column_double(statement, column) }

  package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  /// Text or blob, valid until the next step or reset.
  package func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
    let address = sqlite3_column_blob(statement, column)
    return UnsafeRawBufferPointer(start: address, count: Int(sqlite3_column_bytes(statement, column)))
  }

  package func string(_ column: Int32) -> String? {
    isNull(column) ? nil : String(decoding: bytes(column), as: UTF8.self)
  }

  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  private func bindEmptyText(at index: Int32) {
    sqlite3_bind_text(statement, index, "", 0, Self.transient)
  }

  private static func failure(_ handle: OpaquePointer, _ code: Int32) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(handle)))
  }
}
