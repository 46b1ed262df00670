internal import GRDB
internal import GRDBSQLite

extension Database {
  /// Runs a long statement that is given up, with SQLITE_INTERRUPT, when `isStopped` says so.
  func interrupted<Value>(when isStopped: @escaping () -> Bool, _ body: () throws -> Value) rethrows -> Value {
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
