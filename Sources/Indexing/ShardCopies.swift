internal import Catalog
internal import Foundation
internal import IndexModel
internal import SQLiteStore

/// Copies of database files as they are at one moment each, while others go on writing to them.
enum FileCopies {
  /// Copies the file, and its log where a reader keeps that from being emptied.
  ///
  /// - Throws: ``RunStopped``; ``IndexerError``.
  static func make(of store: StoreFile, as target: String, isStopped: () -> Bool = { false }) throws {
    try store.checkpoint()
    // In an empty transaction, so that the files stand still.
    try store.write { _ in
      for suffix in store.logSize > 0 ? ["", "-wal"] : [""] {
        try DatabaseFiles.copy(store.path + suffix, to: target + suffix, isStopped: isStopped)
      }
    }
  }
}

/// Copies of a generation's shards.
enum ShardCopies {
  static func names(_ shards: Int) -> [String] { (0..<shards).map { "shard-\($0).db" } }

  /// Makes whole database files, without logs, in an empty directory.
  ///
  /// - Throws: also ``IndexerError/Code/busy`` when the generation is gone.
  static func make(of location: ShardLocation, in directory: String) throws {
    let lock = try GenerationLock.forReading(location)
    for (shard, name) in names(location.generation.shards).enumerated() {
      let target = "\(directory)/\(name)"
      try location.require(shard)
      let store = try StoreFile(
        path: location.file(shard), schema: .shard, access: .readWrite(.kill), lock: location.lock(shard),
        retries: location.retries)
      try FileCopies.make(of: store, as: target)
      try store.close()
      let copy = try StoreFile(
        path: target, schema: .shard, access: .readWrite(.powerLoss), lock: target + ".lock", retries: location.retries)
      try copy.checkpoint()
      try copy.close()
      for suffix in ["-wal", "-shm", ".lock"] { unlink(target + suffix) }
    }
    withExtendedLifetime(lock) {}
  }
}
