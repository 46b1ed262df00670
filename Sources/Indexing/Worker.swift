internal import CSupport
internal import Foundation
internal import IndexModel
internal import Jobs
internal import Logging
internal import SQLiteStore

/// How long a worker goes on.
package enum WorkerMode: Hashable, Sendable {
  /// Ends after so many seconds in which no job could be claimed.
  case untilIdle(seconds: Int)
  /// Ends when it is asked to.
  case forever
  /// Ends when this job is no longer queued or held.
  case untilSettled(job: String)
}

/// Claims and runs jobs, one in each of its slots at a time.
struct Worker: Sendable {
  let queue: QueueStore
  let settings: Settings
  let hooks: IndexHooks
  let logger: Logger
  let mode: WorkerMode
  let stop: StopSwitch
  let activity = WorkerActivity()

  /// Milliseconds between looks at the queue. Looking only reads.
  private static let poll = 200

  /// Runs until the mode says so. Blocks.
  func run() throws {
    let slots = max(1, settings.workers)
    let team = ThreadTeam(named: "slot", (0..<slots).map { slot in { try runSlot(slot) } })
    while !team.wait(milliseconds: Self.poll) {
      if team.failure != nil { activity.end() }
    }
    if let failure = team.failure { throw failure }
  }

  private func runSlot(_ slot: Int) throws {
    let identity = queue.jobs.host.identity(slot: slot)
    while !stop.isRequested, !activity.isEnded {
      try settleAbandoned(as: identity)
      if let job = try claim(as: identity) {
        activity.began()
        defer { activity.finished() }
        try JobRun(job, queue: queue, settings: settings, hooks: hooks, logger: logger, stop: stop).run()
      } else if try isDone() {
        activity.end()
      } else {
        try resumeWhenThereIsRoom()
        stop.wait(milliseconds: Self.poll)
      }
    }
  }

  private func claim(as identity: WorkerIdentity) throws -> Job? {
    // Looked at first without the write lock: an idle worker never writes.
    guard try queue.store.read({ try queue.jobs.hasWork(limit: settings.workers, in: $0) }) else { return nil }
    return try queue.store.write { try queue.jobs.claim(for: identity, limit: settings.workers, in: $0) }
  }

  /// Jobs that paused themselves for want of room go on by themselves.
  private func resumeWhenThereIsRoom() throws {
    guard csupport_free_bytes(queue.directory.path) >= settings.bytesToGoOn,
      try queue.store.read({ try queue.jobs.hasSelfPaused(in: $0) })
    else { return }
    try queue.store.write { try queue.jobs.resumeSelfPaused(actor: "worker", in: $0) }
  }

  private func isDone() throws -> Bool {
    switch mode {
    case .forever: false
    case .untilIdle(let seconds): activity.idleSeconds >= Double(seconds)
    case .untilSettled(let id):
      // A job that is paused, failed or gone is as settled as one that is done.
      !(try queue.store.read { try queue.jobs.find(id, in: $0) }?.status.isUnfinished ?? false)
    }
  }

  private func settleAbandoned(as identity: WorkerIdentity) throws {
    try Abandoned(queue: queue, logger: logger).settleAll(as: identity)
  }
}

/// What the slots of a worker know of each other.
///
/// `@unchecked Sendable`: everything is guarded by `lock`.
final class WorkerActivity: @unchecked Sendable {
  private let lock = NSLock()
  private var busy = 0
  private var idleSince = csupport_boottime_ms()
  private var ended = false

  func began() { lock.withLock { busy += 1 } }

  func finished() {
    lock.withLock {
      busy -= 1
      idleSince = csupport_boottime_ms()
    }
  }

  func end() { lock.withLock { ended = true } }

  var isEnded: Bool { lock.withLock { ended } }

  /// Seconds since a slot was busy.
  var idleSeconds: Double { lock.withLock { busy > 0 ? 0 : Double(csupport_boottime_ms() - idleSince) / 1000 } }
}
