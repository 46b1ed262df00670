package import GRDB
internal import GRDBSQLite

extension Database {
  /// Runs long statements that are given up when `isStopped` says so.
  ///
  /// - Returns: nil when they were.
  package func unlessStopped<Value>(_ isStopped: () -> Bool, _ body: () throws -> Value) throws -> Value? {
    if isStopped() { return nil }
    do {
      return try withoutActuallyEscaping(isStopped) { try interrupted(when: $0, body) }
    } catch let failure as DatabaseError where failure.resultCode == .SQLITE_INTERRUPT {
      return nil
    }
  }

  private func interrupted<Value>(when isStopped: @escaping () -> Bool, _ body: () throws -> Value) rethrows -> Value {
    let question = Question(isStopped)
    // Every thousand steps of SQLite's machine, some microseconds each.
    sqlite3_progress_handler(
      sqliteConnection, 1_000,
      { Unmanaged<Question>.fromOpaque($0!).takeUnretainedValue().isStopped() ? 1 : 0 },
      Unmanaged.passUnretained(question).toOpaque())
    defer {
      sqlite3_progress_handler(sqliteConnection, 0, nil, nil)
      withExtendedLifetime(question) {}
    }
    return try body()
  }
}

private final class Question {
  let isStopped: () -> Bool
  init(_ isStopped: @escaping () -> Bool) { self.isStopped = isStopped }
}
