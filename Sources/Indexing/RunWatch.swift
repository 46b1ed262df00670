internal import CSupport
internal import IndexModel
internal import Jobs
internal import SQLiteStore

/// Watches over the threads of a run: reports how far they have come, renews the lease, and passes on what users,
/// the worker and the disk ask for.
final class RunWatch {
  let signal = RunSignal()
  var progress: JobProgress
  private let queue: QueueStore
  private let minimumFreeBytes: Int64
  private let stop: StopSwitch
  private var lastReport: (progress: JobProgress, at: Int64)?
  private var lastDiskCheck: Int64 = 0

  /// Milliseconds between looks at requests.
  private static let tick = 50
  /// Milliseconds between reports, when there is something to report.
  private static let reportInterval: Int64 = 250
  /// Milliseconds between looks at the disk.
  private static let diskInterval: Int64 = 1_000

  init(_ progress: JobProgress, queue: QueueStore, minimumFreeBytes: Int64, stop: StopSwitch) {
    self.progress = progress
    self.queue = queue
    self.minimumFreeBytes = minimumFreeBytes
    self.stop = stop
  }

  /// Runs `bodies` on threads of their own until all have ended.
  ///
  /// - Parameter gather: brings ``progress`` up to date; called before each report, and at the end.
  /// - Throws: the first error of a thread, else that of a report: `lease_lost` above all.
  func supervise(
    _ name: String, of job: Job, _ bodies: [@Sendable () throws -> Void], gather: () -> Void = {}
  ) throws {
    let team = ThreadTeam(named: name, bodies)
    var trouble: (any Error)?
    while !team.wait(milliseconds: Self.tick) {
      if team.failure != nil { signal.stop(.failure) }
      guard trouble == nil else { continue }
      do {
        gather()
        try look(at: job)
      } catch {
        // The threads are waited for in any case: none may write after the run has ended.
        trouble = error
        signal.stop(.failure)
      }
    }
    gather()
    if let failure = team.failure { throw failure }
    if let trouble { throw trouble }
  }

  /// Writes ``progress`` to the queue.
  func report(_ job: Job) throws {
    try follow(queue.store.write { try queue.jobs.report(progress, of: job, in: $0) })
    try queue.hooks.reached(.reported)
    lastReport = (progress, queue.jobs.host.uptime)
    try queue.checkpoint()
  }

  private func look(at job: Job) throws {
    if stop.isRequested { signal.stop(.handBack) }
    let now = queue.jobs.host.uptime
    if shouldReport(now) {
      try report(job)
    } else {
      try follow(queue.store.read { try queue.jobs.heldStatus(of: job, in: $0) })
    }
    if now - lastDiskCheck > Self.diskInterval {
      lastDiskCheck = now
      let free = csupport_free_bytes(queue.directory.path)
      if free >= 0, free < minimumFreeBytes { signal.stop(.pause(.diskLow)) }
    }
  }

  private func follow(_ status: JobStatus) throws {
    switch status {
    case .pausing: signal.stop(.pause(.user))
    case .cancelling: signal.stop(.cancel)
    default: return
    }
    try queue.hooks.reached(.requestSeen)
  }

  private func shouldReport(_ now: Int64) -> Bool {
    guard let lastReport else { return true }
    let elapsed = now - lastReport.at
    if elapsed >= queue.jobs.leases.renewal { return true }
    return elapsed >= Self.reportInterval && progress != lastReport.progress
  }
}
