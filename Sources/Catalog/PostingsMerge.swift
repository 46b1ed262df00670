internal import GRDB
internal import IndexModel
internal import SQLiteStore

/// Merges the full text of a shard in small steps. FTS5 writes a segment at each commit, and merges them as it writes, but
/// no more than it must: a search reads each segment that is left.
package enum PostingsMerge {
  /// Pages of postings that one step writes, about.
  private static let pages = 256
  /// Bytes that the log may grow to meanwhile.
  private static let logLimit: Int64 = 16 << 20

  /// - Returns: whether there may be more to merge.
  package static func step(_ location: ShardLocation, shard: Int) throws -> Bool {
    let lock = try GenerationLock.forReading(location)
    try location.require(shard)
    let store = try StoreFile(
      path: location.file(shard), schema: .shard, access: .readWrite(.kill), lock: location.lock(shard),
      retries: location.retries)
    // It changes no row that anybody reads, so it needs no fence; what power loss takes of it is merged again.
    let hasMore = try store.write { try ShardRows($0).mergePostings(pages: pages) }
    if !hasMore || store.logSize > logLimit { try store.checkpoint() }
    try store.close()
    withExtendedLifetime(lock) {}
    return hasMore
  }
}
