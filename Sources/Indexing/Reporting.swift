internal import Catalog
internal import Foundation
package import IndexModel
internal import Jobs
internal import Logging
internal import Projects
internal import SQLiteStore

extension IndexingService {
  /// The job whose id is, or begins with, `id`. Finishes a pause or cancellation that its worker left unfinished.
  package func job(_ id: String) throws -> JobReport {
    let job = try queue.store.read { try queue.jobs.resolve(id, in: $0) }
    if job.status == .pausing || job.status == .cancelling, queue.jobs.isInterrupted(job) {
      do {
        try Abandoned(queue: queue, logger: logger).settle(job.id, as: queue.jobs.host.identity(slot: 0))
      } catch let error as IndexerError {
        // The request stands, and whoever looks next finishes it: no reason to tell nothing of the job.
        logger.warning("\(error.message)", metadata: ["job": "\(job.id)"])
      }
    }
    return try report(job.id)
  }

  /// The job made last; nil when there is none.
  package func latestJob() throws -> JobReport? { try jobs(limit: 1).first }

  /// Newest first.
  ///
  /// - Parameters:
  ///   - statuses: empty: any.
  ///   - project: a name; nil: any.
  ///   - after: the last job of the page before; nil for the first page.
  package func jobs(
    in statuses: Set<JobStatus> = [], project: String? = nil, limit: Int, after: JobCursor? = nil
  ) throws -> [JobReport] {
    try queue.store.read { db in
      let projectID = try project.map { try queue.projects.require(name: $0, in: db).id }
      let jobs = try queue.jobs.list(
        .init(statuses: statuses, projectID: projectID, limit: limit, after: after), in: db)
      // Asked once for all of them: it looks at files, too.
      let hasWorker = try jobs.contains { $0.status == .queued } && self.hasWorker(in: db)
      return try jobs.map { try report($0, hasWorker: hasWorker, in: db) }
    }
  }

  package func events(_ id: String) throws -> [JobEvent] {
    try queue.store.read { db in
      try queue.jobs.events(of: queue.jobs.resolve(id, in: db).id, in: db)
    }
  }

  /// Asks a job to pause, resume or cancel. A resumed job has a worker when this returns.
  ///
  /// - Parameters:
  ///   - actor: who asks, for the history.
  ///   - startingWorker: false where workers are somebody else's business.
  package func control(
    _ request: ControlRequest, _ id: String, actor: String, startingWorker: Bool = true
  ) throws -> JobReport {
    let found = try recordingRefusal(of: AuditEvent.Action(request), subject: id, actor: actor) { db in
      let found = try queue.jobs.resolve(id, in: db)
      let asked = try queue.jobs.control(found.id, request, actor: actor, in: db)
      try queue.projects.record(
        AuditEvent.Action(request), project: queue.projects.find(id: found.projectID, in: db)?.name, subject: found.id,
        detail: asked.status.rawValue, actor: actor, in: db)
      try queue.hooks.reached(.willControl)
      return asked
    }
    try queue.hooks.reached(.controlled)
    if request == .resume, startingWorker { try ensureWorker() }
    if found.status == .cancelled { Abandoned(queue: queue, logger: logger).discard(found) }
    return try job(found.id)
  }

  func report(_ id: String) throws -> JobReport {
    try queue.store.read { db in
      guard let job = try queue.jobs.find(id, in: db) else {
        throw IndexerError(.notFound, "there is no job \(id); `indexer jobs` lists them")
      }
      return try report(job, hasWorker: job.status == .queued && hasWorker(in: db), in: db)
    }
  }

  /// - Parameter hasWorker: asked for only where the job is queued.
  private func report(_ job: Job, hasWorker: Bool, in db: StoreTransaction) throws -> JobReport {
    let project = try queue.projects.find(id: job.projectID, in: db)?.name ?? ""
    let isInterrupted = queue.jobs.isInterrupted(job)
    let rate = JobRate(job, now: queue.jobs.now(), isRunning: job.status == .running && !isInterrupted)
    var report = JobReport(
      job, project: project, interrupted: isInterrupted,
      position: try queue.jobs.queuePosition(of: job, in: db), rate: rate,
      worker: isInterrupted ? nil : worker(of: job))
    report.unattended = job.status == .queued && !hasWorker
    return report
  }

  /// Whether somebody claims jobs: a background worker, or whoever holds one now.
  func hasWorker(in db: StoreTransaction) throws -> Bool {
    if try WorkerLock(queue.directory).isHeld(on: queue.jobs.host) { return true }
    return try !queue.jobs.heldJobs(in: db).allSatisfy(queue.jobs.isInterrupted)
  }

  private static let hostName = ProcessInfo.processInfo.hostName

  private func worker(of job: Job) -> JobReport.Worker? {
    guard let lease = job.lease else { return nil }
    let left = lease.expires - queue.jobs.host.uptime
    return JobReport.Worker(
      pid: Int(lease.owner.pid), host: Self.hostName,
      leaseExpiresAt: Timestamp(milliseconds: queue.jobs.now().milliseconds + left))
  }
}

extension AuditEvent.Action {
  init(_ request: ControlRequest) {
    switch request {
    case .pause: self = .pause
    case .resume: self = .resume
    case .cancel: self = .cancel
    }
  }
}

/// How fast a job goes, over its current attempt, or went, over its last.
struct JobRate {
  var filesPerSecond = 0.0
  var bytesPerSecond = 0.0
  var secondsLeft: Double?

  init(_ job: Job, now: Timestamp, isRunning: Bool) {
    guard let began = job.attempt.startedAt else { return }
    let end = isRunning ? now : job.updatedAt
    let seconds = Double(end.milliseconds - began.milliseconds) / 1000
    guard seconds > 0 else { return }
    let files = job.progress.settled - job.attempt.settledAtStart
    filesPerSecond = Double(max(0, files)) / seconds
    bytesPerSecond = Double(max(0, job.progress.bytes.done - job.attempt.bytesAtStart)) / seconds
    if isRunning, filesPerSecond > 0 { secondsLeft = Double(job.progress.files.pending) / filesPerSecond }
  }
}

extension JobReport {
  init(
    _ job: Job, project: String, interrupted: Bool, position: Int?, rate: JobRate, worker: Worker?
  ) {
    self.init(
      id: job.id, project: project, kind: job.kind, directory: job.directory, source: String(job.sourceID),
      options: job.options, status: job.status, priority: job.priority, createdAt: job.createdAt,
      updatedAt: job.updatedAt)
    self.interrupted = interrupted
    pauseReason = job.pauseReason
    phase = job.progress.phase
    attempt = job.attempt.number
    generation = job.generation
    startedAt = job.startedAt
    completedAt = job.completedAt
    files = job.progress.files
    reasons = job.progress.reasons
    ignoredBy = job.progress.ignoredBy
    units = job.progress.units
    bytes = job.progress.bytes
    self.rate = Rate(filesPerSecond: rate.filesPerSecond, bytesPerSecond: rate.bytesPerSecond)
    etaSeconds = rate.secondsLeft
    queuePosition = position
    lastIndexedFile = job.progress.lastIndexedFile
    let now = Timestamp.now()
    current = job.progress.current.map {
      CurrentFile(path: $0.path, seconds: Double(now.milliseconds - $0.since.milliseconds) / 1000)
    }
    self.worker = worker
    error = job.failure
  }
}
