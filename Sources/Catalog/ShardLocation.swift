internal import Glibc
package import IndexModel
package import SQLiteStore

/// Where the shards of a generation lie, and which one a file belongs to.
package struct ShardLocation: Hashable, Sendable {
  package var directory: DataDirectory
  package var projectID: String
  package var generation: Generation
  /// Bounds the waits of whoever opens a shard.
  package var retries: RetryPolicy
  /// The directory of the shards.
  package let path: String

  /// - Parameter path: for one that is not where generations are.
  package init(
    directory: DataDirectory, projectID: String, generation: Generation, retries: RetryPolicy = RetryPolicy(),
    at path: String? = nil
  ) {
    self.path = path ?? directory.generation(generation.number, ofProject: projectID)
    self.directory = directory
    self.projectID = projectID
    self.generation = generation
    self.retries = retries
  }

  package func file(_ shard: Int) -> String { "\(path)/shard-\(shard).db" }

  /// To open a file that is gone would make an empty one, and an index without its files would look whole.
  ///
  /// - Throws: ``IndexerError/Code/damaged``.
  package func require(_ shard: Int) throws(IndexerError) {
    var status = stat()
    guard lstat(file(shard), &status) == 0, status.st_size > 0 else {
      throw IndexerError(.damaged, "\(file(shard)) is missing or empty; `indexer doctor --fix` makes it anew")
    }
  }

  package func lock(_ shard: Int) -> String {
    "\(directory.locks)/\(projectID)-\(generation.number)-\(shard).lock"
  }

  /// Held by readers, so that nobody removes the files: see ``GenerationLock``.
  package var readersLock: String { "\(directory.locks)/\(projectID)-\(generation.number).readers.lock" }

  /// Every file that SQLite may have open for this generation.
  package var databaseFiles: [String] {
    (0..<generation.shards).flatMap { shard in ["", "-wal", "-shm"].map { file(shard) + $0 } }
  }

  /// Bytes of all of them.
  package var bytesOnDisk: Int64 {
    databaseFiles.reduce(0) { total, file in
      var status = stat()
      return lstat(file, &status) == 0 ? total + Int64(status.st_size) : total
    }
  }

  /// The shard that has everything about the file at `path`: FNV-1a of its bytes, modulo the number of shards.
  /// Part of the format of a generation.
  package static func shard(of path: RelativePath, among shards: Int) -> Int {
    guard shards > 1 else { return 0 }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in path.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    // The low bits of FNV are its weakest.
    return Int((hash ^ hash >> 32) % UInt64(shards))
  }

  /// How many shards a new generation gets.
  ///
  /// - Parameters:
  ///   - files: that the first walk found.
  ///   - cores: of this machine.
  package static func shardCount(files: Int, cores: Int) -> Int {
    files < 2_000 ? 1 : min(8, max(1, cores))
  }
}
