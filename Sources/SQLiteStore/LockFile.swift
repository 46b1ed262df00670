internal import CSupport
internal import Glibc
package import IndexModel

/// A file that one process at a time has locked, and that names the one that had it last. Never removed, for its name
/// is what the others meet at.
///
/// Each value has an open file description of its own, so that `flock` also separates threads.
package final class LockFile: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Opens, or makes, the file at `path`.
  package init(path: String) throws(IndexerError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw SystemFailure.error(errno, "open", path) }
  }

  deinit { close(descriptor) }

  /// Takes the lock, in order of asking.
  ///
  /// - Parameter timeout: milliseconds to wait for it; 0: not at all.
  /// - Returns: false when somebody else still has it then.
  package func take(timeout: Int64) throws(IndexerError) -> Bool {
    let result = csupport_flock_exclusive(descriptor, timeout)
    if result == ETIMEDOUT { return false }
    guard result == 0 else { throw SystemFailure.error(result, "lock", path) }
    try nameHolder()
    return true
  }

  package func release() { flock(descriptor, LOCK_UN) }

  /// The pid in the file: who has the lock, or had it last.
  package var lastHolder: Int32? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))
  }

  private func nameHolder() throws(IndexerError) {
    // Padded, so that no longer pid shines through; a full disk must not keep anybody from reading or cancelling.
    let digits = String(getpid())
    let line = Array((digits + String(repeating: " ", count: 12 - digits.count) + "\n").utf8)
    if pwrite(descriptor, line, line.count, 0) < 0, errno != ENOSPC, errno != EDQUOT, errno != EFBIG {
      let code = errno
      release()
      throw SystemFailure.error(code, "write", path)
    }
  }
}
