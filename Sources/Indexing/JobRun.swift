internal import CSupport
internal import Catalog
internal import IndexModel
internal import Jobs
internal import Logging
internal import Projects
internal import SQLiteStore
internal import Scanning

/// One attempt at one job: from the claim to the end of the hold. Lives on one thread; the walk and each shard
/// have threads of their own, and this one watches over them, reports, renews the lease and looks for requests.
final class JobRun {
  private let queue: QueueStore
  private let settings: Settings
  private let hooks: IndexHooks
  private let logger: Logger
  private let stop: StopSwitch
  private let signal = RunSignal()
  private var job: Job
  private var progress: JobProgress
  private var lastReport: (progress: JobProgress, at: Int64)?
  private var lastDiskCheck: Int64 = 0

  /// Attempts in a row without a newly committed outcome, after which the job fails.
  private static let barrenLimit = 5
  /// Milliseconds between looks at requests.
  private static let tick: Int64 = 50
  /// Milliseconds between reports, when there is something to report.
  private static let reportInterval: Int64 = 250

  init(
    _ job: Job, queue: QueueStore, settings: Settings, hooks: IndexHooks, logger: Logger, stop: StopSwitch
  ) {
    self.job = job
    self.queue = queue
    self.settings = settings
    self.hooks = hooks
    self.stop = stop
    progress = job.progress
    var logger = logger
    logger[metadataKey: "job"] = "\(job.id)"
    self.logger = logger
  }

  /// Runs the job until it ends, is stopped, or is lost to another worker.
  ///
  /// - Throws: what keeps this worker from going on at all, such as a queue that cannot be written.
  func run() throws {
    let ending: JobQueue.Ending
    do {
      try hooks.reached(.claimed)
      ending = try index()
    } catch let error as IndexerError where error.code == .leaseLost {
      logger.warning("\(error.message)")
      return
    } catch let error as IndexerError {
      ending = self.ending(after: error)
    }
    try finish(ending)
  }

  private func ending(after error: IndexerError) -> JobQueue.Ending {
    logger.error("\(error.message)")
    return error.code == .diskFull ? .paused(.diskLow) : .failed(error)
  }

  private func finish(_ ending: JobQueue.Ending) throws {
    do {
      try hooks.reached(.willFinish)
      try queue.store.write { db in
        if ending == .completed, let number = job.generation {
          let published = try queue.projects.published(of: job.projectID, in: db)
          if published?.number != number { try queue.projects.publish(number, of: job.projectID, in: db) }
        }
        try queue.jobs.finish(job, as: ending, progress: progress, in: db)
      }
      logger.info("ended", metadata: ["as": "\(ending)"])
    } catch let error as IndexerError where error.code == .leaseLost {
      logger.warning("\(error.message)")
    }
  }

  // MARK: The way of the data

  private func index() throws -> JobQueue.Ending {
    let source = try requireSource()
    var target = try Target.find(for: job, in: queue)
    if let target { try raiseFences(target) }
    let resumed = try target.flatMap { try committedProgress($0) }
    try begin(resumed, shards: target?.shards ?? 1)
    if job.attempt.barren >= Self.barrenLimit {
      return .failed(
        IndexerError(
          .crashLoop,
          """
          the worker died \(Self.barrenLimit) times in a row without finishing a file; \
          see the log in \(queue.directory.logs), then `indexer resume \(job.id)`
          """))
    }
    let walk = TreeWalk(
      root: source.path, options: source.options, ownFiles: ownFiles(),
      ownDirectory: FileIdentity(path: queue.directory.path))
    var perShard = resumed?.perShard
    if perShard == nil {
      guard let found = try self.walk(walk, source, isIndexed: target) else { return try endStopped(target) }
      if target == nil {
        target = try Target.make(for: job, files: found.entries.count, in: queue)
        try raiseFences(target!)
      }
      perShard = try plan(found, source, target!)
      guard perShard != nil else { return try endStopped(target) }
    }
    job.generation = target!.location.generation.number
    progress.phase = .indexing
    try report()
    try indexShards(target!, source, walk, perShard!)
    return signal.isSet ? try endStopped(target) : .completed
  }

  private func requireSource() throws -> Source {
    guard let source = try queue.store.read({ try queue.projects.source(job.sourceID, in: $0) }) else {
      throw IndexerError(.notFound, "the source of job \(job.id) was removed")
    }
    return Source(
      id: source.id, projectID: source.projectID, path: source.path, options: job.options.walk,
      device: source.device)
  }

  /// Makes every earlier claim harmless, before anything is read that this run relies on.
  private func raiseFences(_ target: Target) throws {
    try eachShard(target) { try $0.raiseFence() }
  }

  private func eachShard(_ target: Target, _ body: (Shard) throws -> Void) throws {
    for number in 0..<target.shards {
      let shard = try Shard(target.location, number: number, job: job.id, epoch: job.epoch)
      try body(shard)
      try shard.close()
    }
  }

  /// What the shards say of this job; nil when a manifest is missing or not whole, or another job wrote since.
  private func committedProgress(_ target: Target) throws -> (total: JobProgress, perShard: [JobProgress])? {
    var perShard: [JobProgress] = []
    var walks: Set<String> = []
    try eachShard(target) { shard in
      guard try shard.lastWriter() == job.id else { return }
      try shard.read { rows in
        guard let header = try rows.header(of: job.id), let progress = try rows.progress(of: job.id) else {
          return
        }
        walks.insert(header.walk)
        perShard.append(progress)
      }
    }
    guard perShard.count == target.shards, walks.count == 1 else { return nil }
    var total = JobProgress()
    total.phase = .indexing
    total.files.ignored = job.progress.files.ignored
    total.ignoredBy = job.progress.ignoredBy
    total.lastIndexedFile = job.progress.lastIndexedFile
    for shard in perShard { total += shard }
    return (total, perShard)
  }

  private func begin(_ resumed: (total: JobProgress, perShard: [JobProgress])?, shards: Int) throws {
    var fresh = JobProgress()
    fresh.phase = .walking
    progress = resumed?.total ?? fresh
    job = try queue.store.write { db in
      var begun = try queue.jobs.beginAttempt(job, progress: progress, shards: shards, in: db)
      begun.generation = job.generation
      return begun
    }
    logger.info(
      "began",
      metadata: ["attempt": "\(job.attempt.number)", "settled": "\(progress.settled)", "directory": "\(job.directory)"]
    )
  }

  /// - Returns: nil when the run was stopped meanwhile.
  private func walk(_ walk: TreeWalk, _ source: Source, isIndexed target: Target?) throws -> WalkResult? {
    let result = Handover<WalkResult>()
    try supervise("walk", [{ [signal] in result.put(try walk.run(isStopped: { signal.isSet })) }])
    guard !signal.isSet, let found = result.value else { return nil }
    try refuseUnmounted(found, source, target)
    progress.files.ignored = found.ignoredEntries
    progress.ignoredBy = found.ignoredByRule.map { IgnoredBy(rule: $0.rule.description, count: $0.count) }
    try queue.store.write { try queue.projects.setDevice(found.root.device, of: source, in: $0) }
    try hooks.reached(.walked)
    return found
  }

  /// An empty directory on another file system than last time is most likely a mount point with nothing mounted:
  /// no reason to empty the index (P8).
  private func refuseUnmounted(_ found: WalkResult, _ source: Source, _ target: Target?) throws {
    guard found.entries.isEmpty, found.ignoredEntries == 0, let device = source.device,
      device != found.root.device, let target
    else { return }
    var isIndexed = false
    try eachShard(target) { shard in
      if try shard.read({ try $0.hasFiles(of: source.id) }) { isIndexed = true }
    }
    guard isIndexed else { return }
    throw IndexerError(
      .rootUnavailable,
      """
      \(source.path) is empty and on another file system than when it was indexed: is it mounted? \
      Mount it, then `indexer resume \(job.id)`; the index is kept
      """)
  }

  /// - Returns: what each shard begins with; nil when the run was stopped meanwhile.
  private func plan(_ found: WalkResult, _ source: Source, _ target: Target) throws -> [JobProgress]? {
    progress.phase = .planning
    let unfinished = try unfinishedJobs()
    let walkID = UUIDv7.make()
    let results = (0..<target.shards).map { _ in Handover<JobProgress>() }
    let location = target.location
    let bodies: [@Sendable () throws -> Void] = results.enumerated().map { number, result in
      { [job] in
        let shard = try Shard(location, number: number, job: job.id, epoch: job.epoch)
        var plan = ShardPlan(
          job: job, source: source, walk: found, walkID: walkID, shard: number, shards: location.generation.shards)
        try shard.write(durably: true) { try plan.write(to: $0, unfinished: unfinished) }
        result.put(try shard.read { try $0.progress(of: job.id) })
        try shard.close()
      }
    }
    try supervise("plan", bodies)
    guard !signal.isSet else { return nil }
    let perShard = results.compactMap(\.value)
    guard perShard.count == target.shards else {
      throw IndexerError(.internalError, "the file list of job \(job.id) is not whole after it was written")
    }
    let before = progress
    progress = JobProgress()
    progress.files.ignored = before.files.ignored
    progress.ignoredBy = before.ignoredBy
    for shard in perShard { progress += shard }
    try hooks.reached(.planned)
    return perShard
  }

  private func unfinishedJobs() throws -> [String] {
    try queue.store.read { db in
      try queue.jobs.list(.init(projectID: job.projectID, limit: 10_000), in: db)
        .filter { !$0.status.isTerminal }.map(\.id)
    }
  }

  private func indexShards(
    _ target: Target, _ source: Source, _ walk: TreeWalk, _ perShard: [JobProgress]
  ) throws {
    let monitors = perShard.map(ShardMonitor.init)
    let files = ownFiles()
    let bodies: [@Sendable () throws -> Void] = monitors.enumerated().map { number, monitor in
      let shard = ShardIndexing(
        location: target.location, shard: number, job: job, source: source, walk: walk, ownFiles: files,
        signal: signal, monitor: monitor, hooks: hooks)
      return { try shard.run() }
    }
    let begun = progress
    let total: () -> JobProgress = {
      var total = JobProgress()
      total.phase = .indexing
      total.files.ignored = begun.files.ignored
      total.ignoredBy = begun.ignoredBy
      total.lastIndexedFile = begun.lastIndexedFile
      for monitor in monitors { monitor.add(to: &total) }
      return total
    }
    // Also when a shard failed: what the others committed counts.
    defer {
      progress = total()
      progress.phase = .finishing
    }
    try supervise("shard", bodies) { self.progress = total() }
  }

  /// The run was asked to stop, and its threads have.
  private func endStopped(_ target: Target?) throws -> JobQueue.Ending {
    switch signal.why {
    case .cancel:
      if let target { try discard(target) }
      return .cancelled
    case .pause(let reason): return .paused(reason)
    case .handBack, .failure, nil: return .handedBack
    }
  }

  /// Cancel removes what is only the job's; files already committed to the live index stay.
  private func discard(_ target: Target) throws {
    try eachShard(target) { shard in
      try shard.write(durably: true) { try $0.dropManifest(of: job.id) }
    }
    if !target.isPublished { try Target.removeDirectory(target.location.path) }
  }

  // MARK: Watching over the threads

  /// Runs `bodies` on threads of their own until all have ended, and meanwhile reports, renews the lease and
  /// passes requests on.
  private func supervise(
    _ name: String, _ bodies: [@Sendable () throws -> Void], gather: () -> Void = {}
  ) throws {
    let team = ThreadTeam(named: name, bodies)
    var trouble: (any Error)?
    while !team.wait(milliseconds: Self.tick) {
      if team.failure != nil { signal.stop(.failure) }
      guard trouble == nil else { continue }
      do {
        gather()
        try look()
      } catch {
        // The threads are waited for in any case: none may write after this run has ended.
        trouble = error
        signal.stop(.failure)
      }
    }
    gather()
    if let failure = team.failure { throw failure }
    if let trouble { throw trouble }
  }

  private func look() throws {
    if stop.isRequested { signal.stop(.handBack) }
    let now = queue.jobs.host.uptime
    var status = JobStatus.running
    if shouldReport(now) {
      status = try report()
    } else {
      status = try queue.store.read { try queue.jobs.heldStatus(of: job, in: $0) }
    }
    switch status {
    case .pausing: signal.stop(.pause(.user))
    case .cancelling: signal.stop(.cancel)
    default: break
    }
    if now - lastDiskCheck > 1_000 {
      lastDiskCheck = now
      let free = csupport_free_bytes(queue.directory.path)
      if free >= 0, free < settings.minimumFreeBytes { signal.stop(.pause(.diskLow)) }
    }
  }

  @discardableResult
  private func report() throws -> JobStatus {
    let status = try queue.store.write { try queue.jobs.report(progress, of: job, in: $0) }
    lastReport = (progress, queue.jobs.host.uptime)
    return status
  }

  private func shouldReport(_ now: Int64) -> Bool {
    guard let lastReport else { return true }
    let elapsed = now - lastReport.at
    if elapsed >= queue.jobs.leases.renewal { return true }
    return elapsed >= Self.reportInterval && progress != lastReport.progress
  }

  /// Every database file of the data directory, so that none is opened under another name (P11).
  private func ownFiles() -> Set<FileIdentity> {
    OwnFiles.identities(in: queue.directory)
  }
}
