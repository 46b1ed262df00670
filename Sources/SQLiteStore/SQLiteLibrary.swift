internal import GRDB
internal import GRDBSQLite
package import IndexModel

/// The SQLite that this process is linked with.
package enum SQLiteLibrary {
  private static let resetBugFixed = [3_051_003, 3_050_007, 3_044_006]

  /// Whether it has the fix of the WAL-reset bug (sqlite.org/wal.html): from 3.51.3 on, and in two older lines.
  static func hasResetFix(_ version: Int) -> Bool {
    version >= 3_051_003 || resetBugFixed.contains { $0 / 1000 == version / 1000 && version >= $0 }
  }

  package static var finding: Finding {
    let version = Int(sqlite3_libversion_number())
    let name = String(cString: sqlite3_libversion())
    return Finding(
      check: "sqlite", isWell: true,
      message: hasResetFix(version)
        ? "SQLite \(name)"
        : "SQLite \(name), without the fix of the WAL-reset bug: indexer's own writes are safe (one at a time), "
          + "but open its files with `sqlite3 -readonly` only")
  }
}

extension StoreFile {
  /// What SQLite's own check finds wrong with the file; empty when all is well.
  package func integrityProblems() throws -> [String] {
    try read { db in
      let problems = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
      let orphans = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").count
      return problems + (orphans == 0 ? [] : ["\(orphans) rows refer to rows that are gone"])
    }
  }
}
