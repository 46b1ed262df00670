internal import Catalog
internal import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore
internal import Scanning

/// The first half of a run: what is there, and what of it is left to do.
struct RunPlanning {
  let job: Job
  let source: Source
  let standing: Standing
  let queue: QueueStore
  let watch: RunWatch

  /// Walks the source.
  ///
  /// - Parameter target: where the project is indexed, if it is.
  /// - Returns: nil when the run was stopped meanwhile.
  /// - Throws: ``IndexerError/Code/rootUnavailable``.
  func walk(_ files: SourceFiles, target: Target?) throws -> WalkResult? {
    let result = Handover<WalkResult>()
    let signal = watch.signal
    try watch.supervise(
      "walk", of: job,
      [
        { [queue] in
          try queue.hooks.reached(.walking)
          result.put(try files.walk(isStopped: { signal.isSet }))
        }
      ])
    guard !signal.isSet, let found = result.value else { return nil }
    try refuseUnmounted(found, target)
    watch.progress.files.ignored = found.ignoredEntries
    watch.progress.ignoredBy = found.ignoredByRule.map { IgnoredBy(rule: $0.rule.description, count: $0.count) }
    try queue.store.write { db in
      _ = try queue.jobs.heldStatus(of: job, in: db)
      if let root = found.root { try queue.projects.setDevice(root.device, of: source, in: db) }
    }
    return found
  }

  private func refuseUnmounted(_ found: WalkResult, _ target: Target?) throws {
    guard found.mayBeUnmounted(source), let target else { return }
    var isIndexed = false
    try target.eachShard(for: job) { shard in
      if try shard.read({ try $0.hasFiles(of: source.id) }) { isIndexed = true }
    }
    guard isIndexed else { return }
    throw source.unmounted(remedy: "then `indexer resume \(job.id)`")
  }

  /// Writes the manifest of every shard, each on a thread of its own.
  ///
  /// - Returns: what each shard begins with; nil when the run was stopped meanwhile.
  func plan(_ found: WalkResult, _ target: Target) throws -> [JobProgress]? {
    watch.progress.phase = .planning
    let walkID = UUIDv7.make()
    let results = (0..<target.shards).map { _ in Handover<JobProgress>() }
    let bodies: [@Sendable () throws -> Void] = results.enumerated().map { number, result in
      { [job, source, standing, location = target.location, hooks = queue.hooks] in
        let shard = try Shard(location, number: number, job: job.id, epoch: job.epoch)
        var plan = ShardPlan(
          job: job, source: source, standing: standing, walk: found, walkID: walkID, shard: number,
          shards: location.generation.shards)
        try shard.write(durably: true) { rows in
          try plan.write(to: rows)
          try hooks.reached(.willPlan)
        }
        try hooks.reached(.shardPlanned)
        result.put(try shard.read { try $0.progress(of: job.id) })
        try shard.close()
      }
    }
    try watch.supervise("plan", of: job, bodies)
    guard !watch.signal.isSet else { return nil }
    let perShard = results.compactMap(\.value)
    guard perShard.count == target.shards else {
      throw IndexerError(.internalError, "the file list of job \(job.id) is not whole after it was written")
    }
    watch.progress = watch.progress.withFiles(of: perShard)
    return perShard
  }
}

extension WalkResult {
  /// An empty directory on another file system than last time is most likely a mount point with nothing mounted: no
  /// reason to empty the index (P8).
  func mayBeUnmounted(_ source: Source) -> Bool {
    guard let device = source.device, let root else { return false }
    return entries.isEmpty && ignoredEntries == 0 && device != root.device
  }
}

extension Source {
  /// - Parameter remedy: what to do once it is mounted.
  func unmounted(remedy: String) -> IndexerError {
    IndexerError(
      .rootUnavailable,
      """
      \(path) is empty and on another file system than when it was indexed: is it mounted? Mount it, \(remedy); \
      the index is kept
      """)
  }
}
