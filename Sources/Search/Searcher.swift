package import IndexModel

/// Asks shards side by side and merges their answers.
package struct Searcher: Sendable {
  package init() {}

  /// Blocks, and works on threads of its own: not to be called on the cooperative pool.
  ///
  /// - Parameters:
  ///   - shards: each at most once. Several searches may share them; they take turns.
  ///   - limit: how many units at most; `offset`: how many of the best to leave out.
  /// - Throws: ``IndexerError``: `invalid_query` for a glob that cannot be read; `busy`, `damaged`, `io_error`.
  package func search(
    _ query: SearchQuery, in shards: [ShardSearcher], filter: SearchFilter = SearchFilter(), limit: Int,
    offset: Int = 0
  ) throws(IndexerError) -> SearchAnswer {
    SearchAnswer(units: [], hasMore: false)
  }
}
