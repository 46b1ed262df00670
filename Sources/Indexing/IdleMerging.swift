internal import Catalog
internal import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore
internal import Synchronization
internal import Tokens

/// Merges the full text of what jobs have written, while a worker has nothing else to do. One for each worker.
final class IdleMerging: Sendable {
  private let queue: QueueStore
  /// Shard files that are merged, of those that there are to merge.
  private let merged = Mutex<Set<String>>([])
  /// The last claim of a job, by any worker, when all was merged: after another there may be more.
  private let doneAt = Mutex<Int64?>(nil)

  init(_ queue: QueueStore) { self.queue = queue }

  /// Merges shard after shard, in small steps; nothing once all are merged.
  ///
  /// - Parameter isWanted: looked at after each step: whether there is something better to do.
  func run(until isWanted: () throws -> Bool) throws {
    let claim = try queue.store.read { try queue.jobs.lastEpoch(in: $0) }
    if doneAt.withLock({ $0 }) == claim { return }
    for (location, shard) in try candidates() where !merged.withLock({ $0.contains(location.file(shard)) }) {
      while try step(location, shard) {
        if try isWanted() { return }
      }
    }
    merged.withLock { $0 = [] }
    doneAt.withLock { $0 = claim }
  }

  /// - Returns: whether there may be more to merge.
  private func step(_ location: ShardLocation, _ shard: Int) throws -> Bool {
    var hasMore = false
    // Done too when it fails: once is often enough to say so.
    defer { if !hasMore { merged.withLock { _ = $0.insert(location.file(shard)) } } }
    hasMore = try PostingsMerge.step(location, shard: shard)
    return hasMore
  }

  /// Of the generations that jobs write to in place, and that none is writing to.
  private func candidates() throws -> [(ShardLocation, Int)] {
    try queue.store.read { db in
      let held = Set(try queue.jobs.heldJobs(in: db).map(\.projectID))
      return try queue.projects.list(in: db).filter { !held.contains($0.id) }.flatMap { project in
        guard let generation = try queue.projects.published(of: project.id, in: db), generation.checksums == nil,
          generation.tokenizerVersion == Tokenizer.version
        else { return [(ShardLocation, Int)]() }
        let location = queue.location(generation, of: project.id)
        return (0..<generation.shards).map { (location, $0) }
      }
    }
  }
}
