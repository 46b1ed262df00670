internal import Catalog
internal import IndexModel
internal import Jobs
internal import Logging
internal import Projects
internal import SQLiteStore
internal import Scanning

/// One attempt at one job: from the claim to the end of the hold. Lives on one thread; the walk and each shard
/// have threads of their own, and a ``RunWatch`` looks after them from this one.
final class JobRun {
  private let queue: QueueStore
  private let logger: Logger
  private let watch: RunWatch
  private var job: Job
  /// The choice of columns that this run's own plan was made with. One that goes on with the plan of an earlier run cannot
  /// tell what that was made with: then the source stays due.
  private var plannedWith: ColumnPreferences?
  /// What this run has built aside, once it is complete: its number, and the checksums of its files.
  private var publication: (number: Int, checksums: [FileChecksum]?)?
  /// The source had been taken out when this run began.
  private var isOfRemoved = false
  /// Of an upload: the version that this run reads.
  private var version: Int?
  private let settings: Settings

  /// Attempts in a row without a newly committed outcome, after which the job fails.
  static let barrenLimit = 5
  /// Milliseconds after which a job is tried again that met a locked database file.
  private static let busyDelay: Int64 = 5_000

  init(
    _ job: Job, queue: QueueStore, settings: Settings, logger: Logger, stop: StopSwitch
  ) {
    self.job = job
    self.queue = queue
    self.settings = settings
    watch = RunWatch(job.progress, queue: queue, minimumFreeBytes: settings.minimumFreeBytes, stop: stop)
    var logger = logger
    logger[metadataKey: "job"] = "\(job.id)"
    self.logger = logger
  }

  /// Runs the job until it ends, is stopped, or is lost to another worker.
  ///
  /// - Throws: what keeps this worker from going on at all, such as a queue that cannot be written.
  func run() throws {
    do {
      let ending: JobQueue.Ending
      do {
        ending = try index()
      } catch let error as IndexerError where error.code != .leaseLost {
        // The front end says it when the job has failed; that it was put off, nobody else does.
        logger.log(level: error.code == .busy ? .warning : .notice, "\(error.message)")
        ending = self.ending(after: error)
      }
      try finish(ending)
    } catch let error as IndexerError where error.code == .leaseLost {
      logger.warning("\(error.message)")
    }
  }

  private func ending(after error: IndexerError) -> JobQueue.Ending {
    switch error.code {
    case .diskFull: .paused(.diskLow)
    // Somebody else's lock says nothing about the job.
    case .busy: .delayed(milliseconds: Self.busyDelay)
    default: .failed(error)
    }
  }

  private func finish(_ ending: JobQueue.Ending) throws {
    try queue.hooks.reached(.willFinish)
    let status = try queue.store.read { try queue.jobs.heldStatus(of: job, in: $0) }
    switch ending.heeding(status) {
    case .cancelled: Abandoned(queue: queue, logger: logger).discard(job)
    case .failed: Abandoned(queue: queue, logger: logger).discardBuild(of: job)
    default: break
    }
    // Looked at outside of the transaction: nobody else writes to these shards before it.
    let isGone = isOfRemoved && isOutOfIndex()
    let finished = try queue.store.write { db in
      let ending = try isOvertaken(in: db) ? .handedBack : ending
      let finished = try queue.jobs.finish(job, as: ending, progress: watch.progress, in: db)
      if finished.status == .completed { try publish(in: db) }
      if finished.status == .completed { try note(isGone: isGone, in: db) }
      try queue.hooks.reached(.finishing)
      return finished
    }
    try queue.hooks.reached(.finished)
    logger.info("ended", metadata: ["status": "\(finished.status.rawValue)"])
    if finished.status == .completed { removeOldVersions() }
    try queue.checkpoint()
    if publication != nil { sweep() }
  }

  /// What holds of the source now that all of it has been seen.
  ///
  /// - Parameter isGone: it had been taken out, and no file of it is left.
  private func note(isGone: Bool, in db: StoreTransaction) throws {
    guard let source = try queue.projects.source(job.sourceID, in: db) else { return }
    if let plannedWith { try queue.projects.setRead(columns: plannedWith.mark, of: source, in: db) }
    // It may have come back since this run began.
    if isGone, source.isRemoved, let number = publication?.number ?? job.generation {
      try queue.projects.markGone(source, from: number, in: db)
    }
  }

  /// A run that went on with a list from before the source was taken out has not removed its files.
  private func isOutOfIndex() -> Bool {
    do {
      guard let number = publication?.number ?? job.generation,
        let written = try queue.store.read({ try queue.projects.generation(number, of: job.projectID, in: $0) })
      else { return false }
      let location = queue.location(written, of: job.projectID)
      return try (0..<written.shards).allSatisfy { shard in
        try !ShardReader(location, number: shard).read { try $0.hasFiles(of: job.sourceID) }
      }
    } catch {
      // Searches go on passing over what may be left.
      logger.warning("whether all files have left the index is not known: \(error)")
      return false
    }
  }

  /// The bytes of the versions before the one that this run has read, or passed over.
  private func removeOldVersions() {
    guard let version else { return }
    do {
      try StoredUploads(of: job.sourceID, ofProject: job.projectID, in: queue.directory).removeVersions(before: version)
    } catch {
      logger.warning("old versions are left for the janitor: \(error)")
    }
  }

  /// Whether searches read another generation than the one that this run has built upon: it begins again.
  private func isOvertaken(in db: StoreTransaction) throws -> Bool {
    guard let (number, _) = publication else { return false }
    let build = try queue.projects.generation(number, of: job.projectID, in: db)?.build
    return try build == nil || build?.base != queue.projects.published(of: job.projectID, in: db)?.number
  }

  private func publish(in db: StoreTransaction) throws {
    guard let (number, checksums) = publication else { return }
    let build = try queue.projects.generation(number, of: job.projectID, in: db)?.build
    try queue.projects.publish(number, of: job.projectID, checksums: checksums, in: db)
    if build?.isIncomplete == true { try readOtherSources(in: db) }
    let project = try queue.projects.find(id: job.projectID, in: db)?.name ?? job.projectID
    try queue.projects.record(
      .publish, project: project, subject: String(number), detail: "job \(job.id)", actor: job.requestedBy, in: db)
  }

  /// Files of the project's other sources were in shards that could not be read: jobs that read them again, in the step
  /// that publishes.
  private func readOtherSources(in db: StoreTransaction) throws {
    for source in try queue.projects.sources(of: job.projectID, in: db) where source.id != job.sourceID {
      _ = try queue.jobs.enqueue(
        NewJob(
          projectID: source.projectID, sourceID: source.id, directory: source.path,
          options: JobOptions(walk: source.options), requestedBy: job.requestedBy),
        limit: .max, in: db)
    }
  }

  /// Trouble with generations that are not needed any more is no trouble of the job's.
  private func sweep() {
    do {
      _ = try Janitor(queue: queue, settings: settings).sweep(removing: true, actor: "worker")
    } catch {
      logger.warning("old generations could not be removed: \(error)")
    }
  }

  private var build: GenerationBuild { GenerationBuild(job: job, queue: queue) }

  // MARK: The way of the data

  private func index() throws -> JobQueue.Ending {
    let source = try requireSource()
    (isOfRemoved, version) = (source.isRemoved, source.version)
    let columns = try queue.store.read { try queue.projects.find(id: job.projectID, in: $0)?.columns } ?? .init()
    let published = try queue.store.read { try queue.projects.published(of: job.projectID, in: $0) }
    let mode = try BuildMode.of(job, published)
    if mode == .inPlace, let published { try unseal(published) }
    var target = try Target.find(for: job, in: queue)
    try target?.eachShard(for: job) {
      try $0.raiseFence()
      try queue.hooks.reached(.fenceRaised)
    }
    let committed = try target.flatMap { try $0.committedProgress(of: job) }
    try begin(committed)
    guard job.attempt.barren < Self.barrenLimit else {
      try target?.eachShard(for: job) { try $0.sync() }
      return .failed(crashLoop)
    }
    if target == nil, mode == .snapshot || mode == .repair, let published {
      do {
        target = try build.copy(published, mending: mode == .repair, watch)
      } catch is RunStopped {
        return stopped
      }
    }
    let files = queue.files(of: source, ownFiles: OwnFiles.identities(in: queue.directory))
    // On another device than when it was walked, the source may not be mounted: the walk finds out (P8).
    let isInPlace = source.device == nil || files.identity?.device == source.device
    // A list of an upload, or of what was taken out since, is one of another version: made anew, it costs one file.
    let isOfFiles = source.uploadName == nil && !source.isRemoved
    if let target, let committed, isInPlace, isOfFiles {
      try indexShards(target, source, columns, committed)
    } else {
      plannedWith = columns
      let planning = RunPlanning(
        job: job, source: source, standing: Standing(columns), queue: queue, watch: watch)
      guard let found = try planning.walk(files, target: target) else { return stopped }
      try queue.hooks.reached(.walked)
      guard let target = try target ?? make(mode, published, files: found.entries.count) else { return stopped }
      guard let planned = try planning.plan(found, target) else { return stopped }
      try queue.hooks.reached(.planned)
      try indexShards(target, source, columns, planned)
    }
    if mode != .inPlace, !watch.signal.isSet {
      guard let built = try Target.find(for: job, in: queue) else { return .handedBack }
      do {
        publication = (built.location.generation.number, try build.checksums(of: built, watch))
      } catch is RunStopped {
        return stopped
      }
    }
    return watch.signal.isSet ? stopped : .completed
  }

  /// From here on this job writes to what was published.
  private func unseal(_ published: Generation) throws {
    guard published.checksums != nil else { return }
    try queue.store.write { db in
      _ = try queue.jobs.heldStatus(of: job, in: db)
      try queue.projects.forgetChecksums(of: published.number, of: job.projectID, in: db)
    }
    try queue.hooks.reached(.unsealed)
  }

  /// - Returns: nil when the run was stopped meanwhile.
  private func make(_ mode: BuildMode, _ published: Generation?, files: Int) throws -> Target? {
    if mode == .inPlace { return try Target.make(for: job, files: files, in: queue) }
    return try build.anew(files: files, carryingOver: published, watch)
  }

  private func requireSource() throws -> Source {
    guard var source = try queue.store.read({ try queue.projects.source(job.sourceID, in: $0) }) else {
      throw IndexerError(.notFound, "the source of job \(job.id) was removed; index it anew with `indexer start DIR`")
    }
    // As they were when the job was made: a later job with others has a run of its own.
    if source.uploadName == nil { source.options = job.options.walk }
    return source
  }

  private func begin(_ committed: [JobProgress]?) throws {
    if let committed {
      watch.progress = job.progress.withFiles(of: committed)
    } else {
      watch.progress = JobProgress()
      watch.progress.phase = .walking
    }
    job = try queue.store.write {
      try queue.jobs.beginAttempt(job, progress: watch.progress, in: $0)
    }
    try queue.hooks.reached(.attemptBegun)
    logger.info(
      "began",
      metadata: [
        "attempt": "\(job.attempt.number)", "settled": "\(watch.progress.settled)", "directory": "\(job.directory)",
      ])
  }

  /// The second half of a run: each shard on a thread of its own, from its first pending file to its last.
  private func indexShards(
    _ target: Target, _ source: Source, _ columns: ColumnPreferences, _ begun: [JobProgress]
  ) throws {
    job.generation = target.location.generation.number
    watch.progress.phase = .indexing
    // Before the first file: a crash from here on goes on with this manifest.
    try watch.report(job)
    try queue.hooks.reached(.listReported)
    let monitors = begun.map(ShardMonitor.init)
    // Anew: shards that were made since are files of ours, too.
    let files = queue.files(of: source, ownFiles: OwnFiles.identities(in: queue.directory))
    let bodies: [@Sendable () throws -> Void] = monitors.enumerated().map { number, monitor in
      let shard = ShardIndexing(
        location: target.location, shard: number, job: job, source: source, columns: columns, files: files,
        crashMarks: queue.directory.crashMarks, signal: watch.signal, monitor: monitor,
        hooks: queue.hooks, minimumFreeBytes: settings.minimumFreeBytes)
      return { try shard.run() }
    }
    try watch.supervise("shard", of: job, bodies) { watch.progress = watch.progress.withFiles(of: monitors) }
    if !watch.signal.isSet { watch.progress.phase = .finishing }
  }

  /// How the run ends that was asked to stop, once its threads have.
  private var stopped: JobQueue.Ending {
    switch watch.signal.why {
    case .cancel: .cancelled
    case .pause(let reason): .paused(reason)
    case .handBack, .failure, nil: .handedBack
    }
  }

  private var crashLoop: IndexerError {
    IndexerError(
      .crashLoop,
      """
      the worker died \(Self.barrenLimit) times in a row without finishing a file; \
      see the log in \(queue.directory.logs), then `indexer resume \(job.id)`
      """)
  }
}
