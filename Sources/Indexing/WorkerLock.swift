internal import Foundation
internal import IndexModel
internal import SQLiteStore

/// Held by the background worker of a data directory for as long as it looks for jobs: tells others that one is
/// up, and keeps two from starting at the same moment.
final class WorkerLock: Sendable {
  private let descriptor: Int32

  init(_ directory: DataDirectory) throws(IndexerError) {
    let path = directory.locks + "/worker.lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw SystemFailure.error(errno, "open", path) }
  }

  deinit { close(descriptor) }

  /// Takes the lock if nobody has it. Does not wait.
  func take() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  func release() { flock(descriptor, LOCK_UN) }
}
