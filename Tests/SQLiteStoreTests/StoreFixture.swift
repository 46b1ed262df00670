import Foundation
import GRDB
import IndexModel
import TestSupport

@testable import SQLiteStore

/// A data directory of its own, and files in it with one table `t (x)`.
final class StoreFixture: Sendable {
  let scratch: Scratch
  let directory: DataDirectory
  static let schema = Schema(testing: ["CREATE TABLE t (x)"])

  init() throws {
    scratch = try Scratch("store")
    directory = try DataDirectory(path: scratch.path("data"))
  }

  var file: String { directory.path + "/test.db" }
  var lock: String { directory.locks + "/test.lock" }

  /// - Parameter limit: milliseconds that the connection waits.
  func open(
    _ access: StoreFile.Access = .readWrite(.powerLoss), limit: Int64 = 10_000, schema: Schema = schema
  ) throws -> StoreFile {
    try StoreFile(path: file, schema: schema, access: access, lock: lock, retries: RetryPolicy(limit: limit))
  }
}

extension StoreFile {
  func insert(_ value: Int) throws {
    try write { try $0.execute(sql: "INSERT INTO t VALUES (?)", arguments: [value]) }
  }

  func values() throws -> [Int] { try read { try Int.fetchAll($0, sql: "SELECT x FROM t ORDER BY x") } }

  func pragma(_ name: String) throws -> String? {
    try read { try String.fetchOne($0, sql: "PRAGMA \(name)") }
  }
}

/// A lock file that a thread of this process holds, until it is released or 20 seconds have passed.
final class HeldGate: Sendable {
  private let end = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  init(_ path: String) throws {
    let gate = try WriteGate(path: path)
    let begun = DispatchSemaphore(value: 0)
    let thread = Thread { [end, ended] in
      do {
        try gate.hold(timeout: 0) {
          begun.signal()
          _ = end.wait(timeout: .now() + 20)
        }
      } catch {
        begun.signal()
      }
      ended.signal()
    }
    thread.start()
    begun.wait()
  }

  func release() {
    end.signal()
    ended.wait()
  }
}

struct Unexpected: Error {}

/// Words that no message to a user may hold.
func holdsSQL(_ message: String) -> Bool {
  ["BEGIN", "COMMIT", "SELECT", "INSERT", "PRAGMA", "UPDATE", "SQLITE_", "SQLite error"].contains {
    message.contains($0)
  }
}

extension Schema {
  init(testing scripts: [String]) {
    self.init(name: "test", scripts: scripts, pageSize: 4_096, cacheSize: 2_000)
  }
}
