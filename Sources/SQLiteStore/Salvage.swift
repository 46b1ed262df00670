internal import Foundation
package import GRDB
internal import IndexModel

/// Copies what can be read of a damaged database file into a new one.
package enum Salvage {
  /// What was read of a table.
  package struct Table: Hashable, Sendable {
    package var name: String
    package var rows = 0
    /// Some of it could not be read, or is not what the table allows.
    package var isIncomplete = false
  }

  /// Rows that are read at once.
  private static let batch = 200
  /// The step over a gap that cannot be read, at most.
  private static let widestGap: Int64 = 1 << 40

  /// Copies the rows of each table, as far as they can be read, inside the caller's transaction.
  ///
  /// - Parameters:
  ///   - path: of the damaged file, which nobody else has open; a copy, since its log is taken in.
  ///   - tables: of both files, in the order in which they refer to each other.
  package static func copy(_ path: String, tables: [String], into target: Database) throws -> [Table] {
    // Rows may refer to others that are lost: the caller takes them out.
    try target.execute(sql: "PRAGMA defer_foreign_keys = ON")
    var found = tables.map { Table(name: $0) }
    var configuration = Configuration()
    // SQLite then reads a file, too, whose header and schema it would refuse.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA writable_schema = ON") }
    guard let source = try? DatabaseQueue(path: path, configuration: configuration) else {
      return found.map { Table(name: $0.name, isIncomplete: true) }
    }
    for index in found.indices {
      do {
        try source.inDatabase { try copy(&found[index], from: $0, into: target) }
      } catch is DatabaseError {
        found[index].isIncomplete = true
      }
    }
    try? source.close()
    return found
  }

  /// Gives a file that cannot be opened the header of another, with its own number of pages ("The Database Header" of
  /// SQLite's file format).
  package static func replaceHeader(of path: String, from other: String) throws {
    guard let source = FileHandle(forReadingAtPath: other), let target = FileHandle(forUpdatingAtPath: path),
      var header = try source.read(upToCount: 100), header.count == 100
    else { return }
    let pageSize = UInt64(header[16]) << 8 | UInt64(header[17])
    let pages = UInt32(try target.seekToEnd() / max(512, pageSize))
    // The count of pages; and no list of free ones, which may be anywhere.
    header.replaceSubrange(28..<32, with: withUnsafeBytes(of: pages.bigEndian) { Data($0) })
    header.replaceSubrange(32..<40, with: Data(count: 8))
    // A count that is believed: "version-valid-for" equals the change counter.
    header.replaceSubrange(92..<96, with: header[24..<28])
    try target.seek(toOffset: 0)
    try target.write(contentsOf: header)
    try source.close()
    try target.close()
  }

  private static func copy(_ table: inout Table, from source: Database, into target: Database) throws {
    let wanted = Set(try target.columns(in: table.name).map(\.name))
    let columns = try source.columns(in: table.name).map(\.name).filter(wanted.contains)
    let hasRowID = try source.tableHasRowID(table.name)
    let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    let insert = try target.makeStatement(sql: "INSERT OR REPLACE INTO \(table.name) (\(list)) VALUES (\(marks))")
    func put(_ row: Row) {
      do {
        try insert.execute(arguments: StatementArguments(columns.map { row[$0] as DatabaseValue }))
        table.rows += 1
      } catch {
        table.isIncomplete = true
      }
    }
    guard hasRowID else {
      let rows = try Row.fetchCursor(source, sql: "SELECT \(list) FROM \(table.name)")
      while let row = try rows.next() { put(row) }
      return
    }
    var last = Int64.min
    var gap: Int64 = 1
    var limit = batch
    while gap < widestGap {
      do {
        let rows = try Row.fetchAll(
          source, sql: "SELECT rowid AS salvaged, \(list) FROM \(table.name) WHERE rowid > ? ORDER BY rowid LIMIT ?",
          arguments: [last, limit])
        guard let end = rows.last else { return }
        rows.forEach(put)
        last = end["salvaged"]
        (gap, limit) = (1, batch)
      } catch is DatabaseError {
        table.isIncomplete = true
        // One after another up to the first that cannot be read, and then over the gap.
        if limit > 1 { limit = 1 } else { (last, gap) = (max(last, 0) + gap, gap * 2) }
      }
    }
  }
}

extension Database {
  fileprivate func tableHasRowID(_ name: String) throws -> Bool {
    do {
      _ = try Row.fetchOne(self, sql: "SELECT rowid FROM \(name) LIMIT 1")
      return true
    } catch let failure as DatabaseError where failure.resultCode == .SQLITE_ERROR {
      return false
    } catch {
      // Damaged there: it has them.
      return true
    }
  }
}
