internal import Foundation
internal import IndexModel
internal import SQLiteStore

/// A directory for what is not ready yet, on the file system of the data directory. Locked for as long as its process
/// lives, so that what a killed one leaves behind can be told from what is in use.
final class StagingDirectory {
  let path: String
  private let descriptor: Int32

  init(in directory: DataDirectory) throws {
    path = directory.staging + "/" + UUIDv7.make()
    try DataDirectory.make(path)
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw SystemFailure.error(errno, "lock", path)
    }
  }

  deinit { close(descriptor) }

  /// What cannot be removed now, the janitor removes later.
  func remove() { try? Target.removeDirectory(path) }

  /// Whether its process is gone.
  static func isAbandoned(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }
}
