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

  /// Takes the lock together with others, if nobody has it alone. Does not wait.
  package func share() -> Bool { flock(descriptor, LOCK_SH | LOCK_NB) == 0 }

  package func release() { flock(descriptor, LOCK_UN) }

  /// The pid in the file: who has the lock, or had it last. Of a process in another pid namespace it means nothing here.
  package var lastHolder: Int32? { words.first.flatMap { Int32($0) } }

  /// Whether the process that had the lock last counts its pids as this one does.
  package var isLastHolderHere: Bool { words.count > 1 && UInt64(words[1]) == Self.pidNamespace }

  private var words: [String] {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return [] }
    return String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
  }

  private static let pidNamespace: UInt64 = {
    var status = stat()
    return stat("/proc/self/ns/pid", &status) == 0 ? UInt64(status.st_ino) : 0
  }()

  private func nameHolder() throws(IndexerError) {
    // Padded, so that no longer pid shines through; a full disk must not keep anybody from reading or cancelling.
    let words = "\(getpid()) \(Self.pidNamespace)"
    let line = Array((words + String(repeating: " ", count: 40 - words.utf8.count) + "\n").utf8)
    if pwrite(descriptor, line, line.count, 0) < 0, errno != ENOSPC, errno != EDQUOT, errno != EFBIG {
      let code = errno
      release()
      throw SystemFailure.error(code, "write", path)
    }
  }
}
