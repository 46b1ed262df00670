package import IndexModel

/// One writer at a time for a database file, served in order, over all processes.
///
/// SQLite's own lock is taken by sleeping and polling, which starves writers, and SQLite before 3.51.3 can lose
/// a commit when two connections commit and checkpoint at the same moment (sqlite.org/wal.html, "WAL-reset
/// bug"). So each write transaction and each checkpoint of this program holds an advisory lock on a file beside
/// the database. A connection uses its gate from one thread at a time.
package final class WriteGate: Sendable {
  private let file: LockFile
  private let path: String

  /// - Parameter path: of the lock file, which is made when there is none.
  package init(path: String) throws(IndexerError) {
    self.path = path
    file = try LockFile(path: path)
  }

  /// Runs `body` with the gate held.
  ///
  /// - Parameter timeout: milliseconds to wait for it.
  /// - Throws: ``IndexerError/Code/busy``, which names the holder; or what `body` throws.
  package func hold<Value>(timeout: Int64, _ body: () throws -> Value) throws -> Value {
    guard try file.take(timeout: timeout) else { throw busyError(waited: timeout) }
    defer { file.release() }
    return try body()
  }

  /// The pid of who holds the gate, or held it last.
  package var lastHolder: Int32? { file.lastHolder }

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
