internal import GRDB
internal import IndexModel
internal import SQLiteStore

/// Keeps a shard from growing without end while its files change.
///
/// FTS5 marks what is deleted, and forgets it when it happens to merge the segments concerned; pages that became free are
/// used again, but the file keeps them. Measured: a hundred rounds in which a tenth of a tree changes made an index 3.5
/// times as large.
extension Shard {
  /// Live units for each removed one, from which on the shard is written anew.
  private static let liveForEachRemoved = 4
  /// Removed units that are never worth it.
  private static let fewRemoved = 64
  /// Pages of postings that one transaction merges, about.
  private static let pages = 512

  /// Merges the full text into one segment and gives free pages back, when too much of the shard is of units that are
  /// gone.
  ///
  /// - Parameter isStopped: looked at between steps of milliseconds; what is done so far is kept.
  /// - Returns: false when it was stopped before the end.
  package func compactIfNeeded(isStopped: () -> Bool) throws -> Bool {
    let (removed, live) = try read { try $0.unitsRemovedAndLive() }
    guard removed > Self.fewRemoved, removed * Self.liveForEachRemoved > live else { return true }
    // The first step puts all segments on one level; the others go on with that.
    var pages = -Self.pages
    var hasMore = true
    while hasMore {
      if isStopped() { return false }
      hasMore = try write { try $0.mergePostings(pages: pages) }
      pages = Self.pages
      try checkpoint(above: 32 << 20)
    }
    guard try store.vacuum(isStopped: isStopped) else { return false }
    try write { try $0.setCompacted() }
    return true
  }
}

extension ShardRows {
  /// Units that were removed since the shard was written anew, and units that there are.
  func unitsRemovedAndLive() throws -> (removed: Int, live: Int) {
    let select = try statement(
      """
      SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'units'), 0) - live - compacted_units, live
      FROM fence, (SELECT count(*) AS live FROM units)
      """)
    defer { select.reset() }
    return try select.step() ? (select.int(0), select.int(1)) : (0, 0)
  }

  func setCompacted() throws {
    try statement(
      """
      UPDATE fence SET compacted_units =
        coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'units'), 0) - (SELECT count(*) FROM units)
      """
    ).run()
  }

  /// - Returns: whether there may be more to merge.
  func mergePostings(pages: Int) throws -> Bool {
    let merge = try statement("INSERT INTO postings (postings, rank) VALUES ('merge', ?)")
    let before = totalChanges
    merge.bind(pages, at: 1)
    try merge.run()
    // As FTS5's documentation says: fewer than two changes mean that nothing was done.
    return totalChanges - before >= 2
  }
}
