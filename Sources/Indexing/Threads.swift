internal import Dispatch
internal import Foundation
internal import Synchronization

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
final class ThreadTeam: Sendable {
  /// Its waits, unlike those of `NSCondition`, do not follow the wall clock.
  private let running = DispatchGroup()
  private let firstError = Mutex<(any Error)?>(nil)

  /// Starts one thread for each of `bodies`.
  init(named name: String, _ bodies: [@Sendable () throws -> Void]) {
    for (number, body) in bodies.enumerated() {
      running.enter()
      let thread = Thread { [self] in
        do { try body() } catch { firstError.withLock { $0 = $0 ?? error } }
        running.leave()
      }
      thread.name = "\(name)-\(number)"
      thread.start()
    }
  }

  /// Waits until all have ended, or `milliseconds` have passed.
  ///
  /// - Returns: whether all have ended.
  func wait(milliseconds: Int) -> Bool { running.wait(timeout: .now() + .milliseconds(milliseconds)) == .success }

  /// The error of the thread that failed first.
  var failure: (any Error)? { firstError.withLock { $0 } }
}
