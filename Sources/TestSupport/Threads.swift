internal import Foundation

/// Runs `body` on `count` threads of its own at once, and waits for all of them.
///
/// - Parameter body: is handed the number of its thread, from 0.
/// - Throws: the first error that one of them threw.
package func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
  let crew = Crew(count)
  for number in 0..<count {
    let thread = Thread {
      crew.meet()
      crew.end(Result { try body(number) })
    }
    thread.stackSize = 8 << 20
    thread.start()
  }
  try crew.wait()
}

/// `@unchecked Sendable`: everything is guarded by `condition`.
private final class Crew: @unchecked Sendable {
  private let condition = NSCondition()
  private let count: Int
  private var arrived = 0
  private var ended = 0
  private var failure: (any Error)?

  init(_ count: Int) { self.count = count }

  /// Returns when all threads are here.
  func meet() {
    condition.withLock {
      arrived += 1
      condition.broadcast()
      while arrived < count { condition.wait() }
    }
  }

  func end(_ result: Result<Void, any Error>) {
    condition.withLock {
      ended += 1
      if case .failure(let error) = result, failure == nil { failure = error }
      condition.broadcast()
    }
  }

  func wait() throws {
    let failure = condition.withLock {
      while ended < count { condition.wait() }
      return self.failure
    }
    if let failure { throw failure }
  }
}
