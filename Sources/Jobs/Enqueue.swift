package import GRDB
package import IndexModel

/// What is needed to make a job.
package struct NewJob: Hashable, Sendable {
  package var projectID: String
  package var sourceID: Int64
  package var kind: JobKind
  /// Absolute.
  package var directory: String
  package var options: JobOptions
  package var priority: Int
  /// Refuse when a job for the same directory is not finished.
  package var refuseDuplicate: Bool
  package var requestedBy: String
  /// Told apart from all others: a second job with the same key is not made. See ``JobQueue/find(dedupeKey:in:)``.
  package var dedupeKey: String?

  package init(
    projectID: String, sourceID: Int64, kind: JobKind = .index, directory: String, options: JobOptions,
    priority: Int = 0, refuseDuplicate: Bool = false, requestedBy: String, dedupeKey: String? = nil
  ) {
    self.dedupeKey = dedupeKey
    self.projectID = projectID
    self.sourceID = sourceID
    self.kind = kind
    self.directory = directory
    self.options = options
    self.priority = priority
    self.refuseDuplicate = refuseDuplicate
    self.requestedBy = requestedBy
  }
}

/// What became of a ``NewJob``. A refusal is a row in the history too, so it is a value and not an error: an
/// error would roll that row back.
package enum Enqueued: Hashable, Sendable {
  /// `twins` are unfinished jobs for the same directory.
  case accepted(Job, twins: [Job])
  case refusedDuplicate(Job)
  case refusedFull(limit: Int)
}

extension JobQueue {
  /// Adds a job at the end of its project's line.
  ///
  /// - Parameter limit: how many jobs may be queued over all projects.
  package func enqueue(_ new: NewJob, limit: Int, in db: Database) throws -> Enqueued {
    if let refused = try refusal(of: new.directory, new.refuseDuplicate, by: new.requestedBy, limit: limit, in: db) {
      return refused
    }
    let twins = try unfinishedJobs(directory: new.directory, in: db)
    let created = now()
    let job = Job(
      id: UUIDv7.make(at: created), projectID: new.projectID, kind: new.kind, sourceID: new.sourceID,
      directory: new.directory, options: new.options, status: .queued, priority: new.priority,
      createdAt: created, requestedBy: new.requestedBy)
    try insert(job, dedupeKey: new.dedupeKey, in: db)
    try record(.created, job: job.id, from: nil, to: .queued, actor: new.requestedBy, reason: nil, in: db)
    return .accepted(job, twins: twins)
  }

  /// Whether a job for `directory` would be refused, for callers that would otherwise make something for it first.
  /// Writes the event of the refusal.
  ///
  /// - Parameters:
  ///   - refuseDuplicate: as in ``NewJob``.
  ///   - requestedBy: for the history.
  ///   - limit: how many jobs may be queued over all projects.
  /// - Returns: nil when it would be accepted.
  package func refusal(
    of directory: String, _ refuseDuplicate: Bool, by requestedBy: String, limit: Int, in db: Database
  ) throws -> Enqueued? {
    if refuseDuplicate, let twin = try unfinishedJobs(directory: directory, in: db).first {
      try record(
        .refusedDuplicate, job: twin.id, from: nil, to: nil, actor: requestedBy,
        reason: "the same directory was asked for again", in: db)
      return .refusedDuplicate(twin)
    }
    let queued = try Int.fetchOne(
      db.cachedStatement(sql: "SELECT count(*) FROM indexing_jobs WHERE status = 'queued'"))!
    guard queued >= limit else { return nil }
    try record(
      .refusedFull, job: nil, from: nil, to: nil, actor: requestedBy,
      reason: "\(queued) jobs are queued, the limit is \(limit): \(directory)", in: db)
    return .refusedFull(limit: limit)
  }

  private func insert(_ job: Job, dedupeKey: String?, in db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO indexing_jobs (
          id, project_id, kind, source_id, directory_path, recursive, options, status, priority, created_at,
          updated_at, requested_by, dedupe_key)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      job.id, job.projectID, job.kind.rawValue, job.sourceID, job.directory, job.options.walk.recursive,
      try JobRow.text(job.options), job.status.rawValue, job.priority, job.createdAt.milliseconds,
      job.updatedAt.milliseconds, job.requestedBy, dedupeKey,
    ])
  }

  /// For this directory or upload, of any project, in the order they were made; those that are paused, too.
  package func unfinishedJobs(directory: String, in db: Database) throws -> [Job] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT * FROM indexing_jobs
          WHERE directory_path = ? AND status IN ('queued', 'running', 'pausing', 'paused', 'cancelling')
          ORDER BY created_at, id
          """), arguments: [directory]
    ).map(JobRow.job)
  }
}
