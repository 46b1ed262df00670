internal import Synchronization

/// How many files are received at the same time: each takes room on disk, and its sender may be slow.
final class UploadSlots: Sendable {
  static let limit = 32

  private let taken = Atomic<Int>(0)

  /// - Returns: false when all are taken.
  func enter() -> Bool {
    if taken.add(1, ordering: .relaxed).oldValue < Self.limit { return true }
    leave()
    return false
  }

  func leave() { taken.subtract(1, ordering: .relaxed) }
}
