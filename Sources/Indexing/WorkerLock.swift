internal import IndexModel
internal import Jobs
internal import SQLiteStore

/// Held by the background worker of a data directory for as long as it looks for jobs: tells others that one is
/// up, and keeps two from starting at the same moment.
final class WorkerLock: Sendable {
  private let file: LockFile

  /// Milliseconds that a killed worker may need to be gone: it finishes the sync that it was in.
  private static let dyingPatience: Int64 = 10_000

  init(_ directory: DataDirectory) throws(IndexerError) {
    file = try LockFile(path: directory.locks + "/worker.lock")
  }

  /// Takes the lock if nobody has it. Does not wait.
  func take() throws(IndexerError) -> Bool { try file.take(timeout: 0) }

  /// As ``take()``, and waits for a worker that is dead but not yet gone: it runs no job any more.
  func takeFromDead(on host: HostProcess) throws(IndexerError) -> Bool {
    if try take() { return true }
    guard let holder = file.lastHolder, file.isLastHolderHere, !host.isRunning(holder) else { return false }
    return try file.take(timeout: Self.dyingPatience)
  }

  /// Whether a background worker seems to be up; tells without touching the lock.
  func isHeld(on host: HostProcess) -> Bool {
    file.lastHolder.map { !file.isLastHolderHere || host.isRunning($0) } ?? false
  }

  func release() { file.release() }
}
