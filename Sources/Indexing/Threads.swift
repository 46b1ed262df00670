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
    startThread(named: name) { continuation.resume(with: Result(catching: body)) }
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
      startThread(named: "\(name)-\(number)") { [self] in
        do { try body() } catch { firstError.withLock { $0 = $0 ?? error } }
        running.leave()
      }
    }
  }

  /// Waits until all have ended, or `milliseconds` have passed.
  ///
  /// - Returns: whether all have ended.
  func wait(milliseconds: Int) -> Bool { running.wait(timeout: .now() + .milliseconds(milliseconds)) == .success }

  /// The error of the thread that failed first.
  var failure: (any Error)? { firstError.withLock { $0 } }
}

/// Named from inside: only then does the kernel know the name, and `top -H` shows it.
private func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
  Thread.detachNewThread {
    Thread.current.name = name
    body()
  }
}
