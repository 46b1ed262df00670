package import SQLiteStore

/// Searches one shard; one for each shard and process, over a read-only connection.
///
/// Keeps what later searches can use again: the lengths of units, and in how many units a word occurs.
package final class ShardSearcher: @unchecked Sendable {
  let store: StoreFile

  package init(store: StoreFile) { self.store = store }
}
