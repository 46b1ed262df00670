/// What `snapshots list` shows.
package struct SnapshotList: Hashable, Sendable, Codable {
  package var project: String
  /// The newest first.
  package var snapshots: [SnapshotReport]

  package init(project: String, snapshots: [SnapshotReport]) {
    self.project = project
    self.snapshots = snapshots
  }
}

/// What a generation is now.
package enum SnapshotState: String, Hashable, Sendable, Codable {
  /// Not seen by searches yet.
  case building
  /// As it was published.
  case sealed
  /// A job has written to it in place.
  case live
}

/// A generation as front ends show it.
package struct SnapshotReport: Hashable, Sendable, Codable {
  package var generation: Int
  /// Searches read it.
  package var current: Bool
  package var state: SnapshotState
  /// That built it aside.
  @ExplicitNull package var job: String?
  /// The generation that it was copied from.
  @ExplicitNull package var base: Int?
  package var createdAt: Timestamp
  @ExplicitNull package var publishedAt: Timestamp?
  /// Of its files; those that share blocks with another generation count for both.
  package var bytes: Int64

  package init(
    generation: Int, current: Bool, state: SnapshotState, job: String?, base: Int?, createdAt: Timestamp,
    publishedAt: Timestamp?, bytes: Int64
  ) {
    self.generation = generation
    self.current = current
    self.state = state
    self.job = job
    self.base = base
    self.createdAt = createdAt
    self.publishedAt = publishedAt
    self.bytes = bytes
  }
}

/// What `snapshots verify` found.
package struct SnapshotVerdict: Hashable, Sendable, Codable {
  package var project: String
  package var generation: Int
  /// `equal`, `different`, or `none`: a job has written to it since it was published, so that none are recorded.
  package var checksums = "none"
  /// Sentences; empty when all is well.
  package var problems: [String] = []

  package init(project: String, generation: Int) {
    self.project = project
    self.generation = generation
  }
}

/// What `snapshots export` and `import` did.
package struct TransferReport: Hashable, Sendable, Codable {
  package var project: String
  package var generation: Int
  /// Of the archive.
  package var path: String

  package init(project: String, generation: Int, path: String) {
    self.project = project
    self.generation = generation
    self.path = path
  }
}

/// What `backup` and `restore` did.
package struct BackupReport: Hashable, Sendable, Codable {
  /// Of the directory that was made.
  package var path: String
  /// Indexes that could not be read, and why.
  package var leftOut: [String]
  /// Database files.
  package var files: Int
  package var bytes: Int64
  /// When the backup was made.
  package var createdAt: Timestamp

  package init(path: String, leftOut: [String], files: Int, bytes: Int64, createdAt: Timestamp) {
    self.path = path
    self.leftOut = leftOut
    self.files = files
    self.bytes = bytes
    self.createdAt = createdAt
  }
}
