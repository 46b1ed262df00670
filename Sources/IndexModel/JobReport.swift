/// A job as every front end shows it: the JSON contract. Keys are these names in snake_case.
package struct JobReport: Codable, Hashable, Sendable {
  package var id: String
  package var project: String
  package var kind: JobKind
  /// Absolute.
  package var directory: String
  package var recursive: Bool
  package var source: String
  package var options: JobOptions
  package var status: JobStatus
  /// Running, pausing or cancelling, but its worker is gone.
  package var interrupted: Bool
  /// Queued, but no worker is up that would take it.
  package var unattended: Bool
  @ExplicitNull package var pauseReason: PauseReason? = nil
  @ExplicitNull package var phase: JobPhase? = nil
  package var priority: Int
  package var attempt: Int
  @ExplicitNull package var generation: Int? = nil
  package var createdAt: Timestamp
  @ExplicitNull package var startedAt: Timestamp? = nil
  package var updatedAt: Timestamp
  @ExplicitNull package var completedAt: Timestamp? = nil
  package var files: FileCounts
  package var reasons: ReasonCounts
  /// Rules that left most out, most first.
  package var ignoredBy: [IgnoredBy]
  /// Written by this job.
  package var units: Int
  package var bytes: ByteCounts
  package var rate: Rate
  @ExplicitNull package var etaSeconds: Double? = nil
  /// 1 for the next; nil when it is not queued.
  @ExplicitNull package var queuePosition: Int? = nil
  @ExplicitNull package var lastIndexedFile: String? = nil
  /// One for each shard at work.
  package var current: [CurrentFile]
  @ExplicitNull package var worker: Worker? = nil
  @ExplicitNull package var error: Failure? = nil

  /// A job that has not begun; what has happened since is set afterwards.
  package init(
    id: String, project: String, kind: JobKind, directory: String, source: String, options: JobOptions,
    status: JobStatus, priority: Int, createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.id = id
    self.project = project
    self.kind = kind
    self.directory = directory
    self.recursive = options.walk.recursive
    self.source = source
    self.options = options
    self.status = status
    self.interrupted = false
    self.unattended = false
    self.priority = priority
    self.attempt = 0
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.files = FileCounts()
    self.reasons = ReasonCounts()
    self.ignoredBy = []
    self.units = 0
    self.bytes = ByteCounts()
    self.rate = Rate(filesPerSecond: 0, bytesPerSecond: 0)
    self.current = []
  }

  /// `found == pending + indexed + unchanged + skipped + failed`.
  package struct FileCounts: Codable, Hashable, Sendable {
    package var found = 0
    package var pending = 0
    package var indexed = 0
    package var unchanged = 0
    package var skipped = 0
    package var failed = 0
    package var removed = 0
    package var ignored = 0

    package init() {}

    /// Files that are settled, removals not counted.
    package var done: Int { found - pending }
  }

  package struct ReasonCounts: Codable, Hashable, Sendable {
    package var skipped: [String: Int] = [:]
    package var failed: [String: Int] = [:]

    package init() {}
  }

  package struct ByteCounts: Codable, Hashable, Sendable {
    package var found: Int64 = 0
    package var done: Int64 = 0

    package init() {}
  }

  package struct Rate: Codable, Hashable, Sendable {
    package var filesPerSecond: Double
    package var bytesPerSecond: Double

    package init(filesPerSecond: Double, bytesPerSecond: Double) {
      self.filesPerSecond = filesPerSecond
      self.bytesPerSecond = bytesPerSecond
    }
  }

  package struct CurrentFile: Codable, Hashable, Sendable {
    /// Absolute.
    package var path: String
    package var seconds: Double

    package init(path: String, seconds: Double) {
      self.path = path
      self.seconds = seconds
    }
  }

  package struct Worker: Codable, Hashable, Sendable {
    package var pid: Int
    package var host: String
    package var leaseExpiresAt: Timestamp

    package init(pid: Int, host: String, leaseExpiresAt: Timestamp) {
      self.pid = pid
      self.host = host
      self.leaseExpiresAt = leaseExpiresAt
    }
  }

  package struct Failure: Codable, Hashable, Sendable {
    package var code: String
    package var message: String

    package init(code: String, message: String) {
      self.code = code
      self.message = message
    }
  }
}

/// What a job was asked to do, beside its directory.
package struct JobOptions: Hashable, Sendable, Codable {
  package var walk: WalkOptions
  package var build: BuildMode
  /// Files that have not changed are read and indexed again too.
  package var readsAll: Bool

  package init(walk: WalkOptions = WalkOptions(), build: BuildMode = .inPlace, readsAll: Bool = false) {
    self.walk = walk
    self.build = build
    self.readsAll = readsAll
  }

  private enum CodingKeys: String, CodingKey {
    case walk, build
    case readsAll = "reads_all"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    walk = try container.decode(WalkOptions.self, forKey: .walk)
    build = try container.decodeIfPresent(BuildMode.self, forKey: .build) ?? .inPlace
    readsAll = try container.decodeIfPresent(Bool.self, forKey: .readsAll) ?? false
  }
}
