internal import Foundation

/// Runs `body`, which may block, on a thread of its own: the cooperative pool has no threads to spare for it.
///
/// The task waits for the thread; `body` is told of stops by a ``StopSwitch``, not by cancellation.
package func onOwnThread<Value: Sendable>(
  named name: String, _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result(catching: body)) }
    thread.name = name
    thread.start()
  }
}

/// A fixed number of threads that are started together and waited for together; none outlives the team's owner.
///
/// `@unchecked Sendable`: what is shared is guarded by `condition`.
final class ThreadTeam: @unchecked Sendable {
  private let condition = NSCondition()
  private var running: Int
  private var firstError: (any Error)?

  /// Starts one thread for each of `bodies`.
  init(named name: String, _ bodies: [@Sendable () throws -> Void]) {
    running = bodies.count
    for (number, body) in bodies.enumerated() {
      let thread = Thread { self.ended(Result(catching: body)) }
      thread.name = "\(name)-\(number)"
      thread.start()
    }
  }

  /// Waits until all have ended, or `milliseconds` have passed.
  ///
  /// - Returns: whether all have ended.
  func wait(milliseconds: Int64) -> Bool {
    let end = Date(timeIntervalSinceNow: Double(milliseconds) / 1000)
    condition.lock()
    defer { condition.unlock() }
    while running > 0 {
      if !condition.wait(until: end) { return running == 0 }
    }
    return true
  }

  /// The error of the thread that failed first.
  var failure: (any Error)? {
    condition.lock()
    defer { condition.unlock() }
    return firstError
  }

  private func ended(_ result: Result<Void, any Error>) {
    condition.lock()
    running -= 1
    if case .failure(let error) = result, firstError == nil { firstError = error }
    condition.broadcast()
    condition.unlock()
  }
}
