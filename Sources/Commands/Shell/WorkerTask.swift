internal import IndexModel
internal import Indexing
internal import Synchronization

/// A worker that runs beside the main thread, which is free for signals and the display.
final class WorkerTask: Sendable {
  /// Asks the worker to give its jobs back and end.
  let stop = StopSwitch()
  private let outcome = Mutex<Result<Void, any Error>?>(nil)

  /// Starts it.
  ///
  /// - Parameter signals: woken when the worker has ended.
  init(
    service: IndexingService, mode: WorkerMode, signals: SignalInbox,
    whenReady: @escaping @Sendable () -> Void = {}
  ) {
    Task.detached {
      let result: Result<Void, any Error>
      do {
        try await service.runWorker(mode, stop: self.stop, whenReady: whenReady)
        result = .success(())
      } catch {
        result = .failure(error)
      }
      self.outcome.withLock { $0 = result }
      signals.wake()
    }
  }

  var isOver: Bool { outcome.withLock { $0 != nil } }

  /// What the worker ended with; nothing while it runs.
  func result() throws { try outcome.withLock { $0 }?.get() }
}
