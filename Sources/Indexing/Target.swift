internal import Catalog
internal import Foundation
internal import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore
internal import Tokens

/// The generation that a job writes to.
struct Target: Hashable, Sendable {
  var location: ShardLocation
  /// Searches read it while it is being written.
  var isPublished: Bool

  var shards: Int { location.generation.shards }

  /// The generation that `job` is to go on with; nil when it has to make one.
  static func find(for job: Job, in queue: QueueStore) throws -> Target? {
    try queue.store.read { db in
      let published = try queue.projects.published(of: job.projectID, in: db)
      if let number = job.generation, number != published?.number, job.options.rebuild,
        let own = try queue.projects.generation(number, of: job.projectID, in: db),
        number > published?.number ?? 0
      {
        return Target(own, isPublished: false, job, queue)
      }
      guard let published, !job.options.rebuild || job.generation == published.number,
        published.tokenizerVersion == Tokenizer.version
      else { return nil }
      return Target(published, isPublished: true, job, queue)
    }
  }

  private init(_ generation: Generation, isPublished: Bool, _ job: Job, _ queue: QueueStore) {
    location = ShardLocation(directory: queue.directory, projectID: job.projectID, generation: generation)
    self.isPublished = isPublished
  }

  /// Makes a generation for `files` files. The first of a project is published at once and searched while it
  /// grows; a later one is built aside.
  static func make(for job: Job, files: Int, in queue: QueueStore) throws -> Target {
    let (number, isFirst) = try queue.store.read { db in
      (
        try queue.projects.nextGenerationNumber(of: job.projectID, in: db),
        try queue.projects.published(of: job.projectID, in: db) == nil
      )
    }
    let generation = Generation(
      number: number,
      shards: ShardLocation.shardCount(files: files, cores: ProcessInfo.processInfo.activeProcessorCount),
      tokenizerVersion: Tokenizer.version)
    let target = Target(generation, isPublished: isFirst, job, queue)
    let path = target.location.path
    try DataDirectory.make(queue.directory.project(job.projectID))
    // No row names it: what lies there was left by a run that died here.
    if FileManager.default.fileExists(atPath: path) { try removeDirectory(path) }
    try DataDirectory.make(path)
    for shard in 0..<generation.shards {
      try Shard(target.location, number: shard, job: job.id, epoch: job.epoch).close()
    }
    try DataDirectory.sync(directory: path)
    try queue.store.write { db in
      _ = try queue.jobs.heldStatus(of: job, in: db)
      try queue.projects.add(generation, to: job.projectID, in: db)
      if isFirst { try queue.projects.publish(number, of: job.projectID, in: db) }
    }
    return target
  }

  static func removeDirectory(_ path: String) throws {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw IndexerError(.ioError, "cannot remove \(path); check its owner and mode")
    }
  }
}
