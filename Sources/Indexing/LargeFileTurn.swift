internal import Foundation
internal import Synchronization

/// One large file at a time in this process, whatever the number of jobs and shards: bounds the memory.
enum LargeFileTurn {
  private static let taken = Mutex(false)

  /// Waits for the turn, runs `body`, and passes the turn on.
  ///
  /// - Throws: ``RunStopped`` when `isStopped` says so while waiting.
  static func run<Value>(isStopped: () -> Bool, _ body: () throws -> Value) throws -> Value {
    while !take() {
      guard !isStopped() else { throw RunStopped() }
      Thread.sleep(forTimeInterval: 0.01)
    }
    defer { taken.withLock { $0 = false } }
    return try body()
  }

  private static func take() -> Bool {
    taken.withLock { taken in
      guard !taken else { return false }
      taken = true
      return true
    }
  }
}
