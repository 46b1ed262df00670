internal import IndexModel
internal import Synchronization

/// Tells the threads of one run to stop, and remembers why.
final class RunSignal: Sendable {
  private let flag = Atomic<Bool>(false)
  private let reason = Mutex<StopReason?>(nil)

  enum StopReason: Hashable, Sendable {
    /// The worker stops in order.
    case handBack
    case pause(PauseReason)
    case cancel
    /// Another thread of the run failed.
    case failure
  }

  /// Cheap enough to ask between units.
  var isSet: Bool { flag.load(ordering: .relaxed) }

  var why: StopReason? { reason.withLock { $0 } }

  /// The first reason stays, but a cancellation is stronger than a pause, and both than an orderly stop.
  func stop(_ new: StopReason) {
    reason.withLock { current in
      if current == nil || Self.rank(new) > Self.rank(current!) { current = new }
    }
    flag.store(true, ordering: .relaxed)
  }

  private static func rank(_ reason: StopReason) -> Int {
    switch reason {
    case .handBack: 0
    case .pause(.diskLow): 1
    case .pause(.user): 2
    case .cancel: 3
    case .failure: 4
    }
  }
}

/// A thread of a run noticed that it is to stop in the middle of a file: the open batch is dropped.
struct RunStopped: Error {}
