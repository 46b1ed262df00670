internal import Foundation
internal import IndexModel
internal import Jobs
internal import Logging
internal import Projects
internal import SQLiteStore

/// Everything that front ends may ask for. Calls block, but those that are `async`; any thread may call.
package final class IndexingService: Sendable {
  package let settings: Settings
  let queue: QueueStore
  let searchers = SearcherCache()
  let logger = Logger(label: "indexer")

  /// Opens the data directory, making it when there is none.
  package init(_ settings: Settings, hooks: IndexHooks = IndexHooks()) throws {
    self.settings = settings
    queue = try QueueStore(settings, hooks: hooks)
  }

  // MARK: Workers

  /// Runs worker slots in this process, on threads of their own.
  ///
  /// - Parameters:
  ///   - stop: asks for an orderly end; jobs at work go back to the queue.
  ///   - whenReady: called once this process, or another worker that is up already, will find new jobs.
  package func runWorker(
    _ mode: WorkerMode, stop: StopSwitch, whenReady: @escaping @Sendable () -> Void
  ) async throws {
    try await onOwnThread(named: "worker") { [self] in
      // Of this thread, and of those and the processes that it starts. More than it is allowed does no harm.
      if settings.niceness > 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, settings.niceness) }
      switch mode {
      case .untilIdle: try runBackgroundWorker(mode, stop: stop, whenReady: whenReady)
      case .forever:
        // So that others see that a worker is up, and start none; another one that is up keeps no one from working.
        let lock = try WorkerLock(queue.directory)
        _ = try lock.take()
        defer { lock.release() }
        whenReady()
        try worker(mode, stop).run()
      case .untilSettled:
        whenReady()
        try worker(mode, stop).run()
      }
    }
  }

  private func runBackgroundWorker(_ mode: WorkerMode, stop: StopSwitch, whenReady: () -> Void) throws {
    let lock = try WorkerLock(queue.directory)
    let isMine = try lock.take()
    whenReady()
    guard isMine else { return }
    repeat {
      try worker(mode, stop).run()
      lock.release()
      // A job that came between the last look and the release saw the lock taken, and started no worker.
    } while try !stop.isRequested && needsWorker() && lock.take()
  }

  private func worker(_ mode: WorkerMode, _ stop: StopSwitch) -> Worker {
    Worker(queue: queue, settings: settings, logger: logger, mode: mode, stop: stop)
  }

  private func needsWorker() throws -> Bool { try queue.store.read { try queue.jobs.needsWorker(in: $0) } }

  /// Makes sure that a background worker is up when there is something to do. Returns when it is.
  ///
  /// - Returns: whether one was started.
  @discardableResult
  package func ensureWorker() throws -> Bool {
    guard try needsWorker() else { return false }
    let lock = try WorkerLock(queue.directory)
    guard try lock.takeFromDead(on: queue.jobs.host) else { return false }
    lock.release()
    try DetachedWorker(directory: queue.directory, settings: settings).start()
    return true
  }

  /// Sees to it that every due or interrupted job has a worker: cron's call.
  ///
  /// - Returns: how many jobs had none.
  package func resumeInterrupted() throws -> Int {
    try Abandoned(queue: queue, logger: logger).settleAll(as: queue.jobs.host.identity(slot: 0))
    if hasRoom, try queue.store.read({ try queue.jobs.hasSelfPaused(in: $0) }) {
      try queue.store.write { try queue.jobs.resumeSelfPaused(actor: "worker", in: $0) }
    }
    let waiting = try queue.store.read { db in
      try queue.jobs.list(.init(statuses: [.queued], limit: .max), in: db).count
        + queue.jobs.heldJobs(in: db).count(where: queue.jobs.isInterrupted)
    }
    return try ensureWorker() ? waiting : 0
  }
}
