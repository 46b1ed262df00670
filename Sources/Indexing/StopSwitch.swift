internal import Foundation

/// Asks a worker to stop in order: it commits or drops what is open and gives its jobs back.
///
/// `@unchecked Sendable`: the flag is guarded by `condition`.
package final class StopSwitch: @unchecked Sendable {
  private let condition = NSCondition()
  private var requested = false

  package init() {}

  package func request() {
    condition.lock()
    requested = true
    condition.broadcast()
    condition.unlock()
  }

  package var isRequested: Bool {
    condition.lock()
    defer { condition.unlock() }
    return requested
  }

  /// Sleeps for at most `milliseconds`, less when a stop is requested.
  func wait(milliseconds: Int64) {
    let end = Date(timeIntervalSinceNow: Double(milliseconds) / 1000)
    condition.lock()
    while !requested, condition.wait(until: end) {}
    condition.unlock()
  }
}
