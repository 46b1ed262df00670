/// One row of `indexing_jobs`.
package struct Job: Hashable, Sendable {
  package var id: String
  package var projectID: String
  package var kind: JobKind
  package var sourceID: Int64
  /// Absolute.
  package var directory: String
  package var options: JobOptions
  package var status: JobStatus
  package var pauseReason: PauseReason?
  /// Higher goes first.
  package var priority: Int
  package var notBefore: Timestamp
  package var createdAt: Timestamp
  package var startedAt: Timestamp?
  package var updatedAt: Timestamp
  package var completedAt: Timestamp?
  package var progress: JobProgress
  package var generation: Int?
  package var failure: JobReport.Failure?
  package var attempt: Attempt
  package var lease: Lease?
  /// The fencing token of the last claim; 0 before the first.
  package var epoch: Int64
  package var requestedBy: String

  /// Who holds a job, and until when.
  package struct Lease: Hashable, Sendable {
    package var owner: WorkerIdentity
    /// Milliseconds on CLOCK_BOOTTIME.
    package var expires: Int64

    package init(owner: WorkerIdentity, expires: Int64) {
      self.owner = owner
      self.expires = expires
    }
  }

  /// How the runs of a job have gone.
  package struct Attempt: Hashable, Sendable {
    /// Runs, the current one included, orderly stops not counted.
    package var number = 0
    /// How many in a row ended without an orderly stop.
    package var crashes = 0
    /// How many of those, in a row, committed no new outcome.
    package var barren = 0
    /// Outcomes that were committed when this one began.
    package var settledAtStart = 0
    /// Bytes that were done then.
    package var bytesAtStart: Int64 = 0
    package var startedAt: Timestamp?

    package init() {}
  }

  package init(
    id: String, projectID: String, kind: JobKind, sourceID: Int64, directory: String, options: JobOptions,
    status: JobStatus, priority: Int, createdAt: Timestamp, requestedBy: String
  ) {
    self.id = id
    self.projectID = projectID
    self.kind = kind
    self.sourceID = sourceID
    self.directory = directory
    self.options = options
    self.status = status
    self.priority = priority
    self.notBefore = Timestamp(milliseconds: 0)
    self.createdAt = createdAt
    self.updatedAt = createdAt
    self.progress = JobProgress()
    self.attempt = Attempt()
    self.epoch = 0
    self.requestedBy = requestedBy
  }
}

/// How far a job has come, from committed rows only (P7).
package struct JobProgress: Hashable, Sendable {
  package var phase: JobPhase?
  package var files = JobReport.FileCounts()
  package var reasons = JobReport.ReasonCounts()
  package var units = 0
  package var bytes = JobReport.ByteCounts()
  /// Rules that left most out, most first.
  package var ignoredBy: [IgnoredBy] = []
  /// Absolute; for people.
  package var lastIndexedFile: String?
  package var current: [FileAtWork] = []

  package init() {}

  /// Outcomes committed, removals included.
  package var settled: Int { files.done + files.removed }

  /// Adds what another shard has of the same job.
  package static func += (total: inout JobProgress, shard: JobProgress) {
    total.files.found += shard.files.found
    total.files.pending += shard.files.pending
    total.files.indexed += shard.files.indexed
    total.files.unchanged += shard.files.unchanged
    total.files.skipped += shard.files.skipped
    total.files.failed += shard.files.failed
    total.files.removed += shard.files.removed
    total.reasons.skipped.merge(shard.reasons.skipped, uniquingKeysWith: +)
    total.reasons.failed.merge(shard.reasons.failed, uniquingKeysWith: +)
    total.units += shard.units
    total.bytes.found += shard.bytes.found
    total.bytes.done += shard.bytes.done
  }

  /// Counts `count` files that ended as `outcome`.
  package mutating func add(_ outcome: Outcome, _ count: Int = 1) {
    switch outcome {
    case .indexed: files.indexed += count
    case .unchanged: files.unchanged += count
    case .removed: files.removed += count
    case .skipped(let reason):
      files.skipped += count
      reasons.skipped[reason.rawValue, default: 0] += count
    case .failed(let reason):
      files.failed += count
      reasons.failed[reason.rawValue, default: 0] += count
    }
    if outcome != .removed { files.pending -= count }
  }
}

/// An ignore rule and how many files and directories it left out.
package struct IgnoredBy: Hashable, Sendable, Codable {
  /// Such as `.gitignore:159`.
  package var rule: String
  package var count: Int

  package init(rule: String, count: Int) {
    self.rule = rule
    self.count = count
  }
}

/// A file that a shard is working on.
package struct FileAtWork: Hashable, Sendable, Codable {
  /// Absolute.
  package var path: String
  /// Milliseconds since 1970.
  package var since: Timestamp

  package init(path: String, since: Timestamp) {
    self.path = path
    self.since = since
  }
}
