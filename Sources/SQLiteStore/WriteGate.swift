internal import CSupport
internal import Glibc
package import IndexModel

/// One writer at a time for a database file, served in order, over all processes.
///
/// SQLite's own lock is taken by sleeping and polling, which starves writers, and SQLite before 3.51.3 can lose
/// a commit when two connections commit and checkpoint at the same moment (sqlite.org/wal.html, "WAL-reset
/// bug"). So each write transaction and each checkpoint of this program holds an advisory lock on a file beside
/// the database. The lock file is never removed, and holds the pid of the process that had it last.
///
/// Each gate has an open file description of its own, so that `flock` also separates threads; a connection uses
/// its gate from one thread at a time.
package final class WriteGate: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Opens, or makes, the lock file at `path`.
  package init(path: String) throws(IndexerError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw SystemFailure.error(errno, "open", path) }
  }

  deinit { close(descriptor) }

  /// Runs `body` with the gate held.
  ///
  /// - Parameter timeout: milliseconds to wait for it.
  /// - Throws: ``IndexerError/Code/busy``, which names the holder; or what `body` throws.
  package func hold<Value>(timeout: Int64, _ body: () throws -> Value) throws -> Value {
    let result = csupport_flock_exclusive(descriptor, timeout)
    guard result == 0 else {
      guard result == ETIMEDOUT else { throw SystemFailure.error(result, "lock", path) }
      throw busyError(waited: timeout)
    }
    defer { flock(descriptor, LOCK_UN) }
    try nameHolder()
    return try body()
  }

  /// The pid in the lock file: who holds it, or held it last.
  package var lastHolder: Int32? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))
  }

  private func nameHolder() throws {
    // Padded, so that no longer pid shines through; a full disk must not keep anybody from reading or cancelling.
    let digits = String(getpid())
    let line = Array((digits + String(repeating: " ", count: 12 - digits.count) + "\n").utf8)
    if pwrite(descriptor, line, line.count, 0) < 0, errno != ENOSPC, errno != EDQUOT, errno != EFBIG {
      throw SystemFailure.error(errno, "write", path)
    }
  }

  private func busyError(waited: Int64) -> IndexerError {
    let holder = lastHolder.map { "process \($0)" } ?? "another process"
    return IndexerError(
      .busy,
      """
      \(holder) has held the write lock \(path) for more than \(waited < 1000 ? "\(waited) ms" : "\(waited / 1000) s"); \
      try again, or look at what that process does (a stopped one goes on with `kill -CONT`)
      """,
      details: lastHolder.map { ["pid": String($0)] } ?? [:])
  }
}
