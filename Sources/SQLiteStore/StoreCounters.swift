internal import Synchronization

/// What this process has done with databases since it began.
package enum StoreCounters {
  private static let queueCommits = Atomic(0)
  private static let shardCommits = Atomic(0)
  private static let retries = Atomic(0)

  /// By the name of the schema.
  package static var commits: [String: Int] {
    [
      Schema.queue.name: queueCommits.load(ordering: .relaxed),
      Schema.shard.name: shardCommits.load(ordering: .relaxed),
    ]
  }

  package static var busyRetries: Int { retries.load(ordering: .relaxed) }

  static func committed(_ schema: Schema) {
    if schema.name == Schema.queue.name {
      queueCommits.add(1, ordering: .relaxed)
    } else {
      shardCommits.add(1, ordering: .relaxed)
    }
  }

  static func retried() { retries.add(1, ordering: .relaxed) }
}
