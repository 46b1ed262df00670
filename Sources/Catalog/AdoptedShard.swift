internal import Foundation
internal import GRDB
internal import IndexModel
internal import SQLiteStore

/// A shard that comes from somewhere else: another data directory, or a backup. Nobody reads or writes it yet.
package enum AdoptedShard {
  /// Makes it a shard of this data directory.
  ///
  /// - Parameter sources: new ids by old ones, to which the file lists of jobs do not belong any more; nil when the ids
  ///   and jobs are the same here.
  /// - Throws: ``IndexerError/Code/damaged`` when it has files of a source that is not among them.
  package static func adopt(_ location: ShardLocation, shard: Int, sources: [Int64: Int64]?) throws {
    let store = try StoreFile(
      path: location.file(shard), schema: .shard, access: .readWrite(.powerLoss), lock: location.lock(shard),
      retries: location.retries)
    try store.write { db in
      // Claims are counted by the queue that it belongs to now.
      try db.execute(sql: "UPDATE fence SET epoch = 0")
      guard let sources else { return }
      try db.execute(sql: "UPDATE fence SET last_job = NULL; DELETE FROM manifest; DELETE FROM manifest_headers")
      let known = sources.keys.map(String.init).joined(separator: ", ")
      let isForeign = try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM files WHERE source NOT IN (\(known)))")!
      guard !isForeign else {
        throw IndexerError(.damaged, "\(location.file(shard)) has files of a directory that its manifest does not name")
      }
      // By way of negative numbers: old and new ids may overlap.
      for (old, new) in sources {
        try db.execute(sql: "UPDATE files SET source = ? WHERE source = ?", arguments: [-new, old])
      }
      try db.execute(sql: "UPDATE files SET source = -source WHERE source < 0")
    }
    try store.checkpoint()
    try store.close()
  }
}
