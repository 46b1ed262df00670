internal import CSupport
internal import Foundation
internal import IndexModel
internal import Jobs
internal import Logging
internal import SQLiteStore
internal import Synchronization

/// How long a worker goes on.
package enum WorkerMode: Hashable, Sendable {
  /// Ends after so many seconds in which no job could be claimed.
  case untilIdle(seconds: Int)
  /// Ends when it is asked to.
  case forever
  /// Ends when this job is no longer queued or held; others that it runs by then go back to the queue.
  case untilSettled(job: String)
}

/// Claims and runs jobs, one in each of its slots at a time.
struct Worker: Sendable {
  let queue: QueueStore
  let settings: Settings
  let logger: Logger
  let mode: WorkerMode
  let stop: StopSwitch
  let merging: IdleMerging

  init(queue: QueueStore, settings: Settings, logger: Logger, mode: WorkerMode, stop: StopSwitch) {
    self.queue = queue
    self.settings = settings
    self.logger = logger
    self.mode = mode
    self.stop = stop
    merging = IdleMerging(queue)
  }

  /// Milliseconds between looks at the queue. Looking only reads.
  private static let poll = 200

  /// Runs until the mode says so. Blocks.
  func run() throws {
    let slots = max(1, settings.workers)
    let activity = WorkerActivity(stop)
    let team = ThreadTeam(named: "slot", (0..<slots).map { slot in { try runSlot(slot, activity) } })
    while !team.wait(milliseconds: Self.poll) {
      if team.failure != nil { activity.end.request() }
    }
    if let failure = team.failure { throw failure }
  }

  private func runSlot(_ slot: Int, _ activity: WorkerActivity) throws {
    let identity = queue.jobs.host.identity(slot: slot)
    while !activity.end.isRequested {
      do {
        if try !work(as: identity, activity) { activity.end.wait(milliseconds: Self.poll) }
      } catch let error as IndexerError where error.code == .busy {
        // Somebody else's lock ends no worker: it looks again.
        logger.warning("\(error.message)")
        activity.end.wait(milliseconds: Self.poll)
      }
    }
  }

  /// One look at the queue, and the run of the job that is found.
  ///
  /// - Returns: false when there is nothing to do for now.
  private func work(as identity: WorkerIdentity, _ activity: WorkerActivity) throws -> Bool {
    if case .untilSettled = mode, try isDone(activity) {
      activity.end.request()
      return false
    }
    try Abandoned(queue: queue, logger: logger).settleAll(as: identity)
    if activity.takeSweep() { sweep() }
    if let job = try claim(as: identity) {
      activity.began()
      defer { activity.finished() }
      try JobRun(job, queue: queue, settings: settings, logger: logger, stop: activity.end).run()
      return true
    }
    if try isDone(activity) { activity.end.request() }
    try resumeWhenThereIsRoom()
    if identity.slot == 0, !activity.end.isRequested { merge(activity) }
    return false
  }

  /// A worker of a foreground command ends with its job; others have the time.
  private func merge(_ activity: WorkerActivity) {
    if case .untilSettled = mode { return }
    // Another job often follows the last one.
    guard let idle = activity.idleSeconds, idle >= 2 else { return }
    do {
      // Step by step, so that a job that comes waits for no more than one.
      try merging.run {
        try activity.end.isRequested
          || queue.store.read { try queue.jobs.hasWork(limit: settings.workers, in: $0) }
      }
    } catch {
      logger.warning("an index could not be merged: \(error)")
    }
  }

  /// Trouble with what is old keeps nobody from working.
  private func sweep() {
    do {
      let report = try Janitor(queue: queue, settings: settings).sweep(removing: true, actor: "worker")
      if report != PruneReport() {
        logger.info(
          "removed what is not needed any more", metadata: ["bytes": "\(report.bytes)", "jobs": "\(report.jobs)"])
      }
    } catch {
      logger.warning("not all that is not needed any more could be removed: \(error)")
    }
    do {
      for job in try Upkeep(queue: queue, settings: settings).rebuildOutdated() {
        logger.notice("an index of an older version is made anew", metadata: ["job": "\(job)"])
      }
    } catch {
      logger.warning("the upkeep of indexes failed: \(error)")
    }
  }

  private func claim(as identity: WorkerIdentity) throws -> Job? {
    // Looked at first without the write lock: an idle worker never writes.
    guard try queue.store.read({ try queue.jobs.hasWork(limit: settings.workers, in: $0) }) else { return nil }
    let job = try queue.store.write { db in
      let job = try queue.jobs.claim(for: identity, limit: settings.workers, in: db)
      if job != nil { try queue.hooks.reached(.willClaim) }
      return job
    }
    if job != nil { try queue.hooks.reached(.claimed) }
    return job
  }

  /// Jobs that paused themselves for want of room go on by themselves.
  private func resumeWhenThereIsRoom() throws {
    guard csupport_free_bytes(queue.directory.path) >= settings.bytesToGoOn,
      try queue.store.read({ try queue.jobs.hasSelfPaused(in: $0) })
    else { return }
    try queue.store.write { try queue.jobs.resumeSelfPaused(actor: "worker", in: $0) }
  }

  private func isDone(_ activity: WorkerActivity) throws -> Bool {
    switch mode {
    case .forever: return false
    case .untilIdle(let seconds):
      // What waits for its turn, or for its time, is something to do.
      guard let idle = activity.idleSeconds, idle >= Double(seconds) else { return false }
      return try !queue.store.read { try queue.jobs.needsWorker(in: $0) }
    case .untilSettled(let id):
      // A job that is paused, failed or gone is as settled as one that is done.
      return !(try queue.store.read { try queue.jobs.find(id, in: $0) }?.status.isUnfinished ?? false)
    }
  }
}

/// What the slots of a worker know of each other.
private final class WorkerActivity: Sendable {
  /// Asks all slots to end, once their jobs have; as a stop of the worker does.
  let end: StopSwitch
  private let nextSweep = Mutex<Int64>(0)
  private let slots: Mutex<(busy: Int, idleSince: Int64)>

  init(_ stop: StopSwitch) {
    end = StopSwitch(after: stop)
    slots = Mutex((busy: 0, idleSince: csupport_boottime_ms()))
  }

  /// Milliseconds between two.
  private static let sweepInterval: Int64 = 3_600_000

  /// Whether it is time to look for what is not needed any more; true for one slot, when the worker starts and once an
  /// hour.
  func takeSweep() -> Bool {
    nextSweep.withLock { next in
      let now = csupport_boottime_ms()
      guard now >= next else { return false }
      next = now + Self.sweepInterval
      return true
    }
  }

  func began() { slots.withLock { $0.busy += 1 } }

  func finished() { slots.withLock { $0 = ($0.busy - 1, csupport_boottime_ms()) } }

  /// Seconds since a slot was busy; nil while one is.
  var idleSeconds: Double? {
    slots.withLock { $0.busy > 0 ? nil : Double(csupport_boottime_ms() - $0.idleSince) / 1000 }
  }
}
