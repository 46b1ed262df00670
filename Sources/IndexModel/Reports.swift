/// What `start` is asked for.
package struct StartRequest: Hashable, Sendable {
  /// As given; relative to the working directory.
  package var directory: String
  /// A name; nil: the project that has this directory, else a new one named after it.
  package var project: String?
  package var changes: WalkChanges
  package var build: BuildMode
  package var priority: Int
  package var refuseDuplicate: Bool
  /// For the history, such as `cli:ann`.
  package var requestedBy: String
  /// Of a request that may be sent again: the second gets the job of the first.
  package var idempotencyKey: String?
  /// Absolute directories, in one of which ``directory`` must lie; nil: anywhere.
  package var allowedRoots: [String]?

  package init(
    directory: String, project: String? = nil, changes: WalkChanges = WalkChanges(), build: BuildMode = .inPlace,
    priority: Int = 0, refuseDuplicate: Bool = false, requestedBy: String, idempotencyKey: String? = nil,
    allowedRoots: [String]? = nil
  ) {
    self.idempotencyKey = idempotencyKey
    self.allowedRoots = allowedRoots
    self.directory = directory
    self.project = project
    self.changes = changes
    self.build = build
    self.priority = priority
    self.refuseDuplicate = refuseDuplicate
    self.requestedBy = requestedBy
  }
}

/// Options of the walk that were given; nil keeps what the source has.
package struct WalkChanges: Hashable, Sendable {
  package var recursive: Bool?
  package var include: [String]?
  package var exclude: [String]?
  package var useIgnoreFiles: Bool?
  /// Bytes.
  package var maximumFileSize: Int64?

  package init(
    recursive: Bool? = nil, include: [String]? = nil, exclude: [String]? = nil, useIgnoreFiles: Bool? = nil,
    maximumFileSize: Int64? = nil
  ) {
    self.recursive = recursive
    self.include = include
    self.exclude = exclude
    self.useIgnoreFiles = useIgnoreFiles
    self.maximumFileSize = maximumFileSize
  }

  package func applied(to options: WalkOptions) -> WalkOptions {
    WalkOptions(
      recursive: recursive ?? options.recursive, include: include ?? options.include,
      exclude: exclude ?? options.exclude, useIgnoreFiles: useIgnoreFiles ?? options.useIgnoreFiles,
      maximumFileSize: maximumFileSize ?? options.maximumFileSize)
  }
}

/// A job that was made, and what its user should know about it.
package struct StartReceipt: Hashable, Sendable {
  package var job: JobReport
  /// Sentences for stderr, such as that another job for the same directory is not finished.
  package var warnings: [String]

  package init(job: JobReport, warnings: [String]) {
    self.job = job
    self.warnings = warnings
  }
}

/// What `start --dry-run` would do.
package struct DryRunReport: Codable, Hashable, Sendable {
  package var directory: String
  package var found: Int
  package var bytes: Int64
  package var new: Int
  package var changed: Int
  package var unchanged: Int
  package var skipped: [String: Int]
  package var failed: [String: Int]
  package var removed: Int
  package var ignored: Int
  package var ignoredBy: [IgnoredBy]

  package init(directory: String) {
    self.directory = directory
    found = 0
    bytes = 0
    new = 0
    changed = 0
    unchanged = 0
    skipped = [:]
    failed = [:]
    removed = 0
    ignored = 0
    ignoredBy = []
  }
}

/// A project as front ends show it.
package struct ProjectReport: Codable, Hashable, Sendable {
  package var id: String
  package var name: String
  @ExplicitNull package var generation: Int?
  package var sources: [SourceReport]
  /// In the index.
  package var files: Int
  package var units: Int
  /// Of all its database files.
  package var bytesOnDisk: Int64
  package var createdAt: Timestamp
  /// Why its index could not be read to the end; nil when all is well.
  @ExplicitNull package var problem: String?

  package init(
    id: String, name: String, generation: Int?, sources: [SourceReport], files: Int, units: Int,
    bytesOnDisk: Int64, createdAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.generation = generation
    self.sources = sources
    self.files = files
    self.units = units
    self.bytesOnDisk = bytesOnDisk
    self.createdAt = createdAt
  }
}

/// One thing that `doctor` looked at.
package struct Finding: Codable, Hashable, Sendable {
  package var check: String
  package var isWell: Bool
  package var message: String
  /// The command that mends it.
  @ExplicitNull package var remedy: String?

  package init(check: String, isWell: Bool, message: String, remedy: String? = nil) {
    self.check = check
    self.isWell = isWell
    self.message = message
    self.remedy = remedy
  }
}

/// What `preferences --json` prints.
package struct PreferencesReport: Codable, Hashable, Sendable {
  package var project: String
  /// Columns that are searched; empty means all that are not `context`.
  package var searched: [String]
  /// Columns that are shown with a hit, and not searched.
  package var context: [String]
  /// Sources whose tables were read with another choice; their next run reads them again.
  package var due: [String]

  package init(project: String, searched: [String], context: [String], due: [String]) {
    self.project = project
    self.searched = searched
    self.context = context
    self.due = due
  }
}
