internal import CSupport
internal import GRDB
internal import IndexModel

/// The numbered SQL files of one kind of database file, in order; `PRAGMA user_version` says how many have run.
package struct Schema: Sendable {
  package let name: String
  let scripts: [String]

  /// The version that this program knows.
  package var version: Int { scripts.count }

  package static let queue = Schema(name: "queue", scripts: [String(cString: csupport_queue_0001)])
  package static let shard = Schema(name: "shard", scripts: [String(cString: csupport_shard_0001)])

  /// Runs the files that `db` lacks, inside the caller's write transaction, which must be immediate: then any
  /// number of processes may open a new file at once, and one of them makes it.
  ///
  /// - Throws: ``IndexerError/Code/newerSchema``, or what SQLite says.
  func migrate(_ db: Database, path: String) throws {
    let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    try refuseNewer(found, path: path)
    guard found < version else { return }
    for script in scripts[found...] { try db.execute(sql: script) }
    try db.execute(sql: "PRAGMA user_version = \(version)")
  }

  func refuseNewer(_ found: Int, path: String) throws {
    guard found > version else { return }
    throw IndexerError(
      .newerSchema,
      """
      \(path) was written by a newer indexer (schema \(found), this one knows \(version)); \
      use that version, or another data directory (--data-dir)
      """)
  }
}
