/// Closures that let a test stop a run at an exact point. All do nothing by default.
package struct IndexHooks: Sendable {
  /// Called when the program comes to a point, from whatever thread.
  package var reached: @Sendable (Point) throws -> Void = { _ in }

  /// Called with a file's absolute path before its turn.
  package var willRead: @Sendable (String) throws -> Void = { _ in }

  package init() {}

  /// The moments between which the files on disk differ, in the order of a job's life. What begins with `will` is
  /// inside a transaction that is about to commit.
  package enum Point: String, CaseIterable, Codable, Sendable {
    // Opening
    case directoryMade, willMigrate, opened
    // Starting
    case willEnqueue, enqueued
    // Uploading, and taking a source out
    case uploadPlaced, sourceRemoved
    // Claiming: the job's row, each shard's fence, the attempt in the job's row
    case willClaim, claimed, fenceRaised, attemptBegun
    // Walking
    case walking, walked
    // The first generation of a project: its row, its files, the row that publishes it
    case generationNumbered, generationMade, generationPublished
    // A generation built aside: its row, what it takes over, its files (generationMade), the row that publishes it
    // (finishing); or what is left of it, removed. And a published one that is too old.
    case shardCarried, buildForgotten, unsealed, generationForgotten, willRollBack, rolledBack
    // An import: its files in the staging directory, its rows, its directory, the row that publishes it
    case importPlaced, importNumbered, importMoved, imported
    // Planning: each shard's list, then the phase in the job's row
    case willPlan, shardPlanned, planned, listReported
    // Indexing: a file's units, a removal, the batch, the job's row
    case fileWritten, fileRemoved, willCommit, committed, reported
    // Ending: each shard's synced commit, its log, the job's row
    case shardCompacted, shardSynced, shardCheckpointed, willFinish, finishing, finished
    // Requests, and the ends of jobs whose workers are gone
    case willControl, controlled, requestSeen, takenOver, listDropped
  }
}
