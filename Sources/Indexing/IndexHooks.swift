/// Closures that let a test stop a run at an exact point. All do nothing by default.
package struct IndexHooks: Sendable {
  /// Called when the run comes to a point.
  package var reached: @Sendable (Point) throws -> Void = { _ in }

  /// Called with a file's absolute path before its turn.
  package var willRead: @Sendable (String) throws -> Void = { _ in }

  package init() {}

  package enum Point: Hashable, Sendable {
    case claimed
    case walked
    case planned
    /// Before a shard commits a batch of so many files.
    case willCommit(shard: Int, files: Int)
    case committed(shard: Int, files: Int)
    case willFinish
  }
}
