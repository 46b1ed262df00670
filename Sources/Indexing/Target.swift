internal import Catalog
internal import Foundation
internal import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore
internal import Tokens

/// The generation that a job writes to: the one that searches read.
struct Target: Hashable, Sendable {
  let location: ShardLocation

  var shards: Int { location.generation.shards }

  /// The generation of the job's project; nil when it has none yet.
  ///
  /// - Throws: ``IndexerError/Code/newerSchema`` when another version of the tokeniser made it: its postings could
  ///   neither be found nor taken out.
  static func find(for job: Job, in queue: QueueStore) throws -> Target? {
    let (generation, project) = try queue.store.read { db in
      (
        try queue.projects.published(of: job.projectID, in: db),
        try queue.projects.find(id: job.projectID, in: db)?.name ?? job.projectID
      )
    }
    guard let generation else { return nil }
    guard generation.tokenizerVersion == Tokenizer.version else {
      throw IndexerError(
        .newerSchema,
        """
        the index of project \(project) was made by another version of indexer, which still reads it; \
        to index with this one, name another project (--project)
        """)
    }
    return Target(location: queue.location(generation, of: job.projectID))
  }

  /// Makes the first generation of a project, for `files` files; searches read it while it grows.
  static func make(for job: Job, files: Int, in queue: QueueStore) throws -> Target {
    let shards = ShardLocation.shardCount(files: files, cores: ProcessInfo.processInfo.activeProcessorCount)
    // The number is taken by a fenced write before there is a directory: a worker that lost its job and wakes up
    // later can only ever touch a directory of its own.
    let generation = try queue.store.write { db in
      _ = try queue.jobs.heldStatus(of: job, in: db)
      let next = Generation(
        number: try queue.projects.nextGenerationNumber(of: job.projectID, in: db), shards: shards,
        tokenizerVersion: Tokenizer.version)
      try queue.projects.add(next, to: job.projectID, in: db)
      return next
    }
    let target = Target(location: queue.location(generation, of: job.projectID))
    try queue.hooks.reached(.generationNumbered)
    try DataDirectory.make(queue.directory.project(job.projectID))
    try DataDirectory.make(target.location.path)
    try target.eachShard(for: job) { try $0.raiseFence() }
    // All of them, made now or not: the sync of an earlier attempt may have failed.
    for path in [target.location.file(0), target.location.path, queue.directory.project(job.projectID)] {
      try DataDirectory.syncParent(of: path)
    }
    try DataDirectory.sync(directory: queue.directory.path)
    try queue.hooks.reached(.generationMade)
    try queue.store.write { db in
      _ = try queue.jobs.heldStatus(of: job, in: db)
      try queue.projects.publish(generation.number, of: job.projectID, in: db)
    }
    try queue.hooks.reached(.generationPublished)
    return target
  }

  /// Opens each shard in turn for a job.
  func eachShard(for job: Job, _ body: (Shard) throws -> Void) throws {
    for number in 0..<shards {
      let shard = try Shard(location, number: number, job: job.id, epoch: job.epoch)
      try body(shard)
      try shard.close()
    }
  }

  /// What each shard says of a job, once the fence is raised; nil when a manifest is missing or not whole, or
  /// another job has written since: then the job walks again.
  func committedProgress(of job: Job) throws -> [JobProgress]? {
    var perShard: [JobProgress] = []
    var walks: Set<String> = []
    try eachShard(for: job) { shard in
      guard try shard.lastWriter() == job.id else { return }
      try shard.read { rows in
        guard let header = try rows.header(of: job.id), let progress = try rows.progress(of: job.id) else { return }
        walks.insert(header.walk)
        perShard.append(progress)
      }
    }
    return perShard.count == shards && walks.count == 1 ? perShard : nil
  }

  /// Removes a directory with all in it, if there is one.
  static func removeDirectory(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw IndexerError(.ioError, "cannot remove \(path); check its owner and mode")
    }
  }
}
