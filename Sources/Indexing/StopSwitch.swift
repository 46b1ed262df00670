internal import Dispatch
internal import Synchronization

/// Asks a worker to stop in order: it commits or drops what is open and gives its jobs back.
package final class StopSwitch: Sendable {
  private let requested = Atomic<Bool>(false)
  /// Entered until a stop is requested: its waits, unlike those of `NSCondition`, do not follow the wall clock.
  private let waiting = DispatchGroup()

  package init() { waiting.enter() }

  /// One that is also requested when `other` is.
  convenience init(after other: StopSwitch) {
    self.init()
    other.waiting.notify(queue: .global()) { [weak self] in self?.request() }
  }

  deinit { request() }

  package func request() {
    if !requested.exchange(true, ordering: .acquiringAndReleasing) { waiting.leave() }
  }

  package var isRequested: Bool { requested.load(ordering: .acquiring) }

  /// Sleeps for at most `milliseconds`, less when a stop is requested.
  func wait(milliseconds: Int) { _ = waiting.wait(timeout: .now() + .milliseconds(milliseconds)) }
}
