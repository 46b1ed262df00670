internal import Catalog
internal import Foundation
internal import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore
internal import Tokens

/// A generation that a job builds aside: begun as a copy of the published one or with nothing, and then published in one
/// step or removed without a trace. Nobody but its job reads it until then.
struct GenerationBuild {
  let job: Job
  let queue: QueueStore

  /// What the job has built so far, if it can go on with it; else nil, and nothing is left of it.
  func resume() throws -> Target? {
    let (build, published) = try queue.store.read { db in
      (try queue.projects.build(of: job.id, in: db), try queue.projects.published(of: job.projectID, in: db))
    }
    guard let build else { return nil }
    // What another job has written to the base meanwhile, this one would take back by publishing.
    guard build.isReady, build.tokenizerVersion == Tokenizer.version, build.build?.base == published?.number,
      try isUntouched(published, since: build.build?.baseFences)
    else {
      try discard()
      return nil
    }
    return target(build)
  }

  /// Begins with a copy of `base`, the published generation.
  ///
  /// - Parameter mending: shards that are damaged begin with nothing; the plan finds their files missing.
  /// - Throws: ``RunStopped``; nothing is left then.
  func copy(_ base: Generation, mending: Bool, _ watch: RunWatch) throws -> Target {
    let original = target(base).location
    let copy = try number(shards: base.shards, base: base)
    do {
      try makeDirectory(of: copy)
      let damaged = mending ? try damagedShards(of: base, watch) : []
      let bodies: [@Sendable () throws -> Void] = (0..<base.shards).filter { !damaged.contains($0) }.map { shard in
        { [job, signal = watch.signal] in
          try original.require(shard)
          let writer = try Shard(original, number: shard, job: job.id, epoch: job.epoch)
          // Shuts out who may still think that it writes there; to a sealed one nobody has begun to write.
          if base.checksums == nil { try writer.raiseFence() }
          try FileCopies.make(of: writer.store, as: copy.location.file(shard), isStopped: { signal.isSet })
          try writer.close()
        }
      }
      try watch.supervise("copy", of: job, bodies)
      if watch.signal.why == .pause(.diskLow) { throw noRoom(for: base) }
      if watch.signal.isSet { throw RunStopped() }
      try makeReady(copy, from: base, damaged: damaged)
    } catch let error as IndexerError where error.code == .leaseLost {
      throw error
    } catch let error as IndexerError where error.code == .diskFull {
      try discard()
      throw noRoom(for: base)
    } catch {
      try discard()
      throw error
    }
    return copy
  }

  /// A failure, and no pause: what was copied is removed, so there would be room again at once, for the next attempt that
  /// does not fit.
  private func noRoom(for base: Generation) -> IndexerError {
    let bytes = queue.location(base, of: job.projectID).bytesOnDisk
    return IndexerError(
      .diskLow,
      "there is no room for another generation beside \(base.number), which has \(bytes / 1_000_000) MB; make room and "
        + "`indexer resume \(job.id)`, or index in place, without --snapshot and --rebuild")
  }

  /// Begins with nothing but the files of the project's other sources, taken over from `base` with their texts.
  ///
  /// - Parameter files: of the job's source, as the walk found them.
  /// - Returns: nil when the run was stopped; nothing is left then.
  func anew(files: Int, carryingOver base: Generation?, _ watch: RunWatch) throws -> Target? {
    let shards = max(
      ShardLocation.shardCount(files: files, cores: ProcessInfo.processInfo.activeProcessorCount), base?.shards ?? 1)
    let new = try number(shards: shards, base: base)
    do {
      try makeDirectory(of: new)
      // Made before anybody writes to one, so that none is missing when the build is ready.
      try new.eachShard(for: job, making: true) { try $0.raiseFence() }
      var damaged: Set<Int> = []
      if let base, try hasOtherSources() {
        damaged = try damagedShards(of: base, watch)
        try carry(base, leavingOut: damaged, into: new, watch)
        if watch.signal.why == .pause(.diskLow) { throw noRoom(for: base) }
      }
      if watch.signal.isSet { throw RunStopped() }
      try makeReady(new, from: base, damaged: damaged)
      return new
    } catch let error as IndexerError where error.code == .leaseLost {
      throw error
    } catch let error as IndexerError where error.code == .diskFull && base != nil {
      try discard()
      throw noRoom(for: base!)
    } catch {
      try discard()
      if error is RunStopped { return nil }
      throw error
    }
  }

  private func hasOtherSources() throws -> Bool {
    try queue.store.read { try queue.projects.sources(of: job.projectID, in: $0) }.contains { $0.id != job.sourceID }
  }

  /// Shards that cannot be read or taken over. Their files of other sources are read again by jobs that publishing makes.
  private func damagedShards(of base: Generation, _ watch: RunWatch) throws -> Set<Int> {
    let location = target(base).location
    let found = Handover<Set<Int>>()
    try watch.supervise(
      "check", of: job,
      [
        { [signal = watch.signal] in
          found.put(
            Set(
              try (0..<base.shards).filter {
                try ShardCheck.isDamaged(location, shard: $0, isStopped: { signal.isSet })
              }))
        }
      ])
    return found.value ?? []
  }

  private func carry(
    _ base: Generation, leavingOut damaged: Set<Int>, into new: Target, _ watch: RunWatch
  ) throws {
    let old = queue.location(base, of: job.projectID)
    let bodies: [@Sendable () throws -> Void] = (0..<new.shards).map { number in
      { [job, hooks = queue.hooks, signal = watch.signal] in
        let shard = try Shard(new.location, number: number, job: job.id, epoch: job.epoch)
        let carrier = FileCarrier()
        for index in 0..<base.shards where !damaged.contains(index) {
          let isWhole = try carrier.carry(
            ShardReader(old, number: index), into: shard, number: number, of: new.shards, leavingOut: job.sourceID,
            isStopped: { signal.isSet })
          if !isWhole { break }
        }
        try shard.close()
        try hooks.reached(.shardCarried)
      }
    }
    try watch.supervise("carry", of: job, bodies)
  }

  /// Lets the build be gone on with after an interruption: its files are whole.
  private func makeReady(_ target: Target, from base: Generation?, damaged: Set<Int>) throws {
    try target.eachShard(for: job, making: true) {
      try $0.raiseFence()
      try $0.sync()
      try $0.checkpoint(above: 0)
    }
    for path in [target.location.file(0), target.location.path, queue.directory.project(job.projectID)] {
      try DataDirectory.syncParent(of: path)
    }
    try DataDirectory.sync(directory: queue.directory.path)
    try queue.hooks.reached(.generationMade)
    let fences = try base.map { base in try self.fences(of: base, damaged: damaged).joined(separator: " ") }
    try queue.store.write { db in
      _ = try queue.jobs.heldStatus(of: job, in: db)
      try queue.projects.setReady(
        target.location.generation.number, of: job.projectID, baseFences: fences, in: db)
    }
  }

  /// Of the files of a build that nobody writes to any more, for publishing; nil when a log could not be emptied.
  func checksums(of target: Target, _ watch: RunWatch) throws -> [FileChecksum]? {
    var isWhole = true
    try target.eachShard(for: job) { shard in
      try shard.checkpoint(above: 0)
      if shard.store.logSize > 0 { isWhole = false }
    }
    guard isWhole else { return nil }
    let result = Handover<[FileChecksum]>()
    let paths = (0..<target.shards).map(target.location.file)
    let signal = watch.signal
    try watch.supervise(
      "checksum", of: job,
      [{ result.put(try paths.map { try DatabaseFiles.checksum(of: $0, isStopped: { signal.isSet }) }) }])
    return result.value
  }

  /// Removes what the job has built and not published.
  ///
  /// - Throws: ``IndexerError/Code/leaseLost`` when another worker has the job, and may be building.
  func discard() throws {
    let removed = try queue.store.write { db in
      if try queue.jobs.find(job.id, in: db)?.status.isActive == true { _ = try queue.jobs.heldStatus(of: job, in: db) }
      return try queue.projects.removeBuilds(of: job.id, in: db)
    }
    try queue.hooks.reached(.buildForgotten)
    for generation in removed { try target(generation).removeFiles() }
  }

  // MARK: Parts

  /// Takes a number for a new generation, by a fenced write: a worker that lost its job and wakes up later can only ever
  /// touch a directory of its own.
  private func number(shards: Int, base: Generation?) throws -> Target {
    let generation = try queue.store.write { db in
      _ = try queue.jobs.heldStatus(of: job, in: db)
      var next = Generation(
        number: try queue.projects.nextGenerationNumber(of: job.projectID, in: db), shards: shards,
        tokenizerVersion: Tokenizer.version)
      next.build = .init(jobID: job.id, base: base?.number)
      try queue.projects.add(next, to: job.projectID, in: db)
      return next
    }
    try queue.hooks.reached(.generationNumbered)
    return target(generation)
  }

  private func makeDirectory(of target: Target) throws {
    try DataDirectory.make(queue.directory.project(job.projectID))
    try DataDirectory.make(target.location.path)
  }

  private func target(_ generation: Generation) -> Target {
    Target(location: queue.location(generation, of: job.projectID))
  }

  /// The epochs of the last claims, of all shards that can be read and are not `damaged`.
  private func fences(of generation: Generation, damaged: Set<Int> = []) throws -> [String] {
    let location = queue.location(generation, of: job.projectID)
    return try (0..<generation.shards).map { shard in
      if damaged.contains(shard) { return String(Generation.Build.unreadable) }
      do {
        return String(try ShardReader(location, number: shard).read { try $0.fence() })
      } catch let error as IndexerError where ShardCheck.isDamage(error) || error.details["generation"] != nil {
        return String(Generation.Build.unreadable)
      }
    }
  }

  /// Whether nobody has claimed `base` since it had these fences; of shards that could not be read, nothing was taken.
  private func isUntouched(_ base: Generation?, since recorded: String?) throws -> Bool {
    guard let base, let recorded else { return base == nil && recorded == nil }
    let then = recorded.split(separator: " ")
    let now = try fences(of: base)
    return then.count == now.count && zip(then, now).allSatisfy { $0 == Generation.Build.unreadable || $0 == $1 }
  }
}
