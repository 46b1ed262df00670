internal import IndexModel
package import SQLiteStore

/// One shard, opened for reading. Used on one thread at a time.
package final class ShardReader {
  package let store: StoreFile
  /// The files stay where they are meanwhile.
  private let lock: GenerationLock

  /// - Throws: also ``IndexerError/Code/busy`` when a newer generation has taken the place of this one.
  package init(_ location: ShardLocation, number: Int) throws {
    lock = try GenerationLock.forReading(location)
    store = try StoreFile(
      path: location.file(number), schema: .shard, access: .readOnly, lock: location.lock(number),
      retries: location.retries)
  }

  /// Runs `body` on one moment of the shard.
  package func read<Value>(_ body: (ShardRows) throws -> Value) throws -> Value {
    try store.read { try body(ShardRows($0)) }
  }
}
