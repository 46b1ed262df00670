internal import Synchronization

/// A value that one thread makes and another takes after the first has ended.
final class Handover<Value: Sendable>: Sendable {
  private let stored = Mutex<Value?>(nil)

  func put(_ value: Value?) { stored.withLock { $0 = value } }

  var value: Value? { stored.withLock { $0 } }
}
