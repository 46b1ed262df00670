internal import Foundation
internal import IndexModel
internal import SQLiteStore

/// A directory for what is not ready yet, on the file system of the data directory. Locked for as long as its process
/// lives, so that what a killed one leaves behind can be told from what is in use.
final class StagingDirectory {
  let path: String
  private let descriptor: Int32

  init(in directory: DataDirectory) throws {
    while true {
      let path = directory.staging + "/" + UUIDv7.make()
      try DataDirectory.make(path)
      let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 || errno == ENOENT else { throw SystemFailure.error(errno, "lock", path) }
      // A janitor may have come between, and have taken it for one that is abandoned: then the next.
      if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0, Self.isThere(path) {
        self.path = path
        self.descriptor = descriptor
        return
      }
      if descriptor >= 0 { close(descriptor) }
    }
  }

  /// One whose process is gone, for whoever removes it; nil when it is in use.
  init?(abandoned path: String) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
  }

  private static func isThere(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// What cannot be removed now, the janitor removes later.
  func remove() { try? Target.removeDirectory(path) }
}
