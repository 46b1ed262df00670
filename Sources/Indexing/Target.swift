internal import Catalog
internal import Foundation
internal import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore
internal import Tokens

/// The generation that a job writes to: the one that searches read, or one that it builds aside.
struct Target: Hashable, Sendable {
  let location: ShardLocation

  var shards: Int { location.generation.shards }

  /// What the job has so far; nil when there is nothing yet.
  static func find(for job: Job, in queue: QueueStore) throws -> Target? {
    let published = try queue.store.read { try queue.projects.published(of: job.projectID, in: $0) }
    guard try BuildMode.of(job, published) == .inPlace else {
      return try GenerationBuild(job: job, queue: queue).resume()
    }
    return published.map { Target(location: queue.location($0, of: job.projectID)) }
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
    try target.eachShard(for: job, making: true) { try $0.raiseFence() }
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
  ///
  /// - Parameter making: those that are not there yet.
  func eachShard(for job: Job, making: Bool = false, _ body: (Shard) throws -> Void) throws {
    for number in 0..<shards {
      if !making { try location.require(number) }
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

  /// Removes the files of a generation that no row names any more, and its locks.
  func removeFiles() throws {
    try Self.removeDirectory(location.path)
    for lock in (0..<shards).map(location.lock) + [location.readersLock] { unlink(lock) }
  }

  private static let removalAttempts = 25

  /// Removes a directory with all in it, if there is one.
  static func removeDirectory(_ path: String) throws {
    // Somebody else may be removing it, too: then a name is gone before its turn comes, and others are still there.
    for attempt in 1... {
      guard FileManager.default.fileExists(atPath: path) else { return }
      do { return try FileManager.default.removeItem(atPath: path) } catch {
        guard attempt < removalAttempts else {
          guard FileManager.default.fileExists(atPath: path) else { return }
          throw IndexerError(.ioError, "cannot remove \(path); check its owner and mode")
        }
        usleep(20_000)
      }
    }
  }
}

extension BuildMode {
  /// How a job builds: as it was asked to; and anew, where another version of the tokeniser made the index, whose
  /// postings could neither be found nor taken out.
  ///
  /// - Throws: ``IndexerError/Code/newerSchema`` when that version is a newer one.
  static func of(_ job: Job, _ published: Generation?) throws -> BuildMode {
    guard let published, published.tokenizerVersion != Tokenizer.version else { return job.options.build }
    guard published.tokenizerVersion < Tokenizer.version else {
      throw IndexerError(
        .newerSchema,
        "the index of job \(job.id) was made by a newer version of indexer, which this one only reads; use that version"
      )
    }
    return .rebuild
  }
}
