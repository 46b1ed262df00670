internal import CSupport
internal import GRDB
internal import IndexModel

/// The numbered SQL files of one kind of database file, in order; `PRAGMA user_version` says how many have run.
package struct Schema: Sendable {
  package let name: String
  let scripts: [String]
  /// Bytes; of a new file.
  let pageSize: Int
  /// KiB of pages that a writing connection keeps in memory.
  let cacheSize: Int

  /// The version that this program knows.
  package var version: Int { scripts.count }

  package static let queue = Schema(
    name: "queue",
    scripts: [
      csupport_queue_0001, csupport_queue_0002, csupport_queue_0003, csupport_queue_0004, csupport_queue_0005,
    ].map { String(cString: $0!) },
    pageSize: 4_096, cacheSize: 2_000)
  /// Measured on a kernel tree: against pages of 4 KiB and a cache of 2 MB, a quarter less CPU time, since a batch no
  /// longer spills, and 7 % less on disk, since the texts of units fill their pages better.
  package static let shard = Schema(
    name: "shard",
    scripts: [csupport_shard_0001, csupport_shard_0002, csupport_shard_0003, csupport_shard_0004]
      .map { String(cString: $0!) },
    pageSize: 8_192, cacheSize: 16_384)

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
