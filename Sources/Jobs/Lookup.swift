package import GRDB
package import IndexModel

extension JobQueue {
  /// Which jobs to list.
  package struct Filter: Hashable, Sendable {
    /// Empty: any.
    package var statuses: Set<JobStatus>
    package var projectID: String?
    package var limit: Int
    /// Only jobs that come after this one in the list.
    package var after: JobCursor?

    package init(
      statuses: Set<JobStatus> = [], projectID: String? = nil, limit: Int = 100, after: JobCursor? = nil
    ) {
      self.after = after
      self.statuses = statuses
      self.projectID = projectID
      self.limit = limit
    }
  }

  package func find(_ id: String, in db: Database) throws -> Job? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM indexing_jobs WHERE id = ?"), arguments: [id]
    ).map(JobRow.job)
  }

  /// The job of this source that was made last.
  package func last(ofSource source: Int64, in db: Database) throws -> Job? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT * FROM indexing_jobs WHERE source_id = ? ORDER BY created_at DESC, id DESC LIMIT 1"),
      arguments: [source]
    ).map(JobRow.job)
  }

  /// The one job whose id begins with `prefix`.
  ///
  /// - Throws: ``IndexerError/Code/notFound`` or ``IndexerError/Code/ambiguousID``.
  package func resolve(_ prefix: String, in db: Database) throws -> Job {
    let lowered = prefix.lowercased()
    guard !lowered.isEmpty, lowered.utf8.allSatisfy({ "0123456789abcdef-".utf8.contains($0) }) else {
      throw unknown(prefix)
    }
    // A range instead of LIKE: it uses the primary key.
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM indexing_jobs WHERE id >= ? AND id < ? ORDER BY id LIMIT 3",
      arguments: [lowered, lowered + "g"])
    guard let first = rows.first else { throw unknown(prefix) }
    guard rows.count == 1 else {
      throw IndexerError(.ambiguousID, "more than one job id begins with \(prefix); give more of it")
    }
    return try JobRow.job(first)
  }

  /// Newest first.
  package func list(_ filter: Filter, in db: Database) throws -> [Job] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM indexing_jobs
        WHERE (:statuses = '[]' OR status IN (SELECT value FROM json_each(:statuses)))
          AND (:project IS NULL OR project_id = :project)
          AND (:after IS NULL OR (created_at, id) < (:after, :after_id))
        ORDER BY created_at DESC, id DESC
        LIMIT :limit
        """,
      arguments: [
        "statuses": "[" + filter.statuses.map { "\"\($0.rawValue)\"" }.sorted().joined(separator: ",") + "]",
        "project": filter.projectID, "limit": filter.limit, "after": filter.after?.createdAt.milliseconds,
        "after_id": filter.after?.id,
      ]
    ).map(JobRow.job)
  }

  /// The job's history, oldest first.
  package func events(of id: String, in db: Database) throws -> [JobEvent] {
    try Row.fetchAll(db, sql: "SELECT * FROM job_events WHERE job_id = ? ORDER BY id", arguments: [id])
      .map(JobRow.event)
  }

  /// The history of all jobs after an event, or of one, oldest first.
  package func events(after id: Int, of job: String? = nil, limit: Int, in db: Database) throws -> [JobEvent] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT * FROM job_events WHERE id > :id AND (:job IS NULL OR job_id = :job) ORDER BY id LIMIT :limit"),
      arguments: ["id": id, "job": job, "limit": limit]
    ).map(JobRow.event)
  }

  /// The newest event; 0 when there is none.
  package func lastEvent(in db: Database) throws -> Int {
    try Int.fetchOne(db.cachedStatement(sql: "SELECT coalesce(max(id), 0) FROM job_events"))!
  }

  package func find(dedupeKey: String, in db: Database) throws -> Job? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM indexing_jobs WHERE dedupe_key = ?"), arguments: [dedupeKey]
    ).map(JobRow.job)
  }

  /// How many jobs have each status.
  package func counts(in db: Database) throws -> [JobStatus: Int] {
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT status, count(*) AS jobs FROM indexing_jobs GROUP BY status"))
    return Dictionary(
      uniqueKeysWithValues: rows.compactMap { row in JobStatus(rawValue: row["status"]).map { ($0, row["jobs"]) } })
  }

  /// Files by outcome, over all jobs.
  package func outcomes(in db: Database) throws -> [String: Int] {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT coalesce(sum(indexed_files), 0) AS indexed, coalesce(sum(unchanged_files), 0) AS unchanged,
            coalesce(sum(skipped_files), 0) AS skipped, coalesce(sum(failed_files), 0) AS failed,
            coalesce(sum(removed_files), 0) AS removed
          FROM indexing_jobs
          """))!
    return Dictionary(uniqueKeysWithValues: row.map { ($0, Int.fromDatabaseValue($1) ?? 0) })
  }

  /// How many queued jobs are claimed before this one, plus one; nil when it is not queued.
  package func queuePosition(of job: Job, in db: Database) throws -> Int? {
    guard job.status == .queued else { return nil }
    return try Int.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT 1 + count(*) FROM indexing_jobs
          WHERE status = 'queued'
            AND (priority > :priority
              OR (priority = :priority AND (created_at < :created OR (created_at = :created AND id < :id))))
          """),
      arguments: [
        "priority": job.priority, "created": job.createdAt.milliseconds, "id": job.id,
      ])
  }

  func unknown(_ id: String) -> IndexerError {
    IndexerError(.notFound, "there is no job \(id); `indexer jobs` lists them")
  }
}

extension JobQueue {
  /// What a project's index may lack: files that jobs have found and not settled, and jobs that have not even listed
  /// theirs. A job that was cancelled or failed counts until its source has another.
  package func outstanding(of projectID: String, in db: Database) throws -> (files: Int, unlistedJobs: Int) {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT coalesce(sum(total_files - indexed_files - unchanged_files - skipped_files - failed_files), 0),
            coalesce(sum((generation IS NULL OR phase IN ('walking', 'planning')) AND NOT (
              status IN ('cancelled', 'failed') AND EXISTS (
                SELECT 1 FROM indexing_jobs AS earlier
                WHERE earlier.source_id = job.source_id AND earlier.status = 'completed'))), 0)
          FROM indexing_jobs AS job
          WHERE project_id = ? AND (
            status IN ('queued', 'running', 'pausing', 'paused', 'cancelling')
            OR status IN ('cancelled', 'failed') AND NOT EXISTS (
              SELECT 1 FROM indexing_jobs AS later
              WHERE later.source_id = job.source_id AND (later.created_at, later.id) > (job.created_at, job.id)))
          """), arguments: [projectID])!
    return (row[0], row[1])
  }
}
