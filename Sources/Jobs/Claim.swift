package import GRDB
package import IndexModel

extension JobQueue {
  /// Takes the next job for a worker: the first, by priority and age, of those that are due and those whose worker
  /// is gone.
  ///
  /// At most one job of a project is held at a time, and at most `limit` over all. The caller raises the fence in
  /// every shard to the job's new epoch before it reads or writes there.
  ///
  /// - Returns: the job, now `running`; nil when there is nothing to do.
  package func claim(for worker: WorkerIdentity, limit: Int, in db: Database) throws -> Job? {
    let held = try heldJobs(in: db)
    guard held.count(where: { !isInterrupted($0) }) < limit else { return nil }
    guard let due = try nextDue(in: db).flatMap({ try find($0, in: db) }) else {
      return try firstGone(held).map { try reclaim($0, for: worker, in: db) }
    }
    if let gone = firstGone(held), gone.goesBefore(due) { return try reclaim(gone, for: worker, in: db) }
    return try claimQueued(due.id, for: worker, in: db)
  }

  /// Of the jobs that ran, the one to be taken over first.
  private func firstGone(_ held: [Job]) -> Job? {
    held.filter { $0.status == .running && isInterrupted($0) }.min { $0.goesBefore($1) }
  }

  private func claimQueued(_ id: String, for worker: WorkerIdentity, in db: Database) throws -> Job? {
    let epoch = try nextEpoch(in: db)
    let moment = now().milliseconds
    guard
      let row = try Row.fetchOne(
        db.cachedStatement(
          sql: """
            UPDATE indexing_jobs SET
              status = 'running', lease_owner = :owner, lease_epoch = :epoch, lease_expires_at = :expires,
              attempt = attempt + 1, started_at = coalesce(started_at, :now), run_started_at = :now,
              updated_at = :now
            WHERE id = :id AND status = 'queued'
            RETURNING *
            """),
        arguments: [
          "id": id, "owner": worker.description, "epoch": epoch, "expires": host.uptime + leases.duration,
          "now": moment,
        ])
    else { return nil }
    let job = try JobRow.job(row)
    try record(.moved, job: job.id, from: .queued, to: .running, actor: "worker", reason: "claimed", in: db)
    return job
  }

  /// The first queued job whose time has come and whose project is free. `NOT EXISTS` asks the index of held
  /// jobs; the order is that of the index of queued ones, so nothing is sorted. `INDEXED BY`: left to itself,
  /// SQLite takes the indexes of the lists, reads every queued job, and sorts them.
  static let nextDueSQL = """
    SELECT id FROM indexing_jobs AS due INDEXED BY jobs_queued
    WHERE status = 'queued' AND not_before <= ?
      AND NOT EXISTS (
        SELECT 1 FROM indexing_jobs AS held INDEXED BY jobs_active
        WHERE held.project_id = due.project_id AND held.status IN ('running', 'pausing', 'cancelling'))
    ORDER BY priority DESC, created_at, id
    LIMIT 1
    """

  private func nextDue(in db: Database) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(sql: Self.nextDueSQL), arguments: [now().milliseconds])
  }

  private func reclaim(_ job: Job, for worker: WorkerIdentity, in db: Database) throws -> Job {
    let epoch = try nextEpoch(in: db)
    // A machine that went down says nothing about the files at work.
    let crashed = job.lease?.owner.bootID == host.bootID
    return try move(
      job, to: .running, actor: "worker", reason: "its worker was gone (\(lostWorker(job)))", in: db
    ) { job in
      job.epoch = epoch
      job.lease = Job.Lease(owner: worker, expires: host.uptime + leases.duration)
      job.attempt.number += 1
      job.attempt.crashes = crashed ? job.attempt.crashes + 1 : 0
      job.attempt.startedAt = job.updatedAt
      job.progress.current = []
    }
  }

  /// Takes a job whose pause or cancellation its own worker can no longer finish. A claim like any other: its
  /// epoch shuts out that worker, should it wake up.
  ///
  /// - Returns: the job with its new epoch, still `pausing` or `cancelling`; nil when its worker lives.
  package func takeOver(_ id: String, for worker: WorkerIdentity, in db: Database) throws -> Job? {
    guard let job = try find(id, in: db), job.status == .pausing || job.status == .cancelling,
      isInterrupted(job)
    else { return nil }
    let epoch = try nextEpoch(in: db)
    try db.cachedStatement(
      sql: """
        UPDATE indexing_jobs SET lease_owner = ?, lease_epoch = ?, lease_expires_at = ?
        WHERE id = ? AND lease_epoch = ?
        """
    ).execute(arguments: [
      worker.description, epoch, host.uptime + leases.duration, id, job.epoch,
    ])
    return try find(id, in: db)
  }

  /// The condition is that of the index of held jobs, word for word: else SQLite could not use it.
  static let heldJobsSQL = """
    SELECT * FROM indexing_jobs INDEXED BY jobs_active
    WHERE status IN ('running', 'pausing', 'cancelling')
    ORDER BY created_at, id
    """

  /// The jobs that workers hold, first made first.
  package func heldJobs(in db: Database) throws -> [Job] {
    try Row.fetchAll(db.cachedStatement(sql: Self.heldJobsSQL)).map(JobRow.job)
  }

  /// Whether a worker that looked now would find something to do.
  package func hasWork(limit: Int, in db: Database) throws -> Bool {
    let held = try heldJobs(in: db)
    let gone = held.filter(isInterrupted)
    // Pauses and cancellations that nobody finishes take no place.
    if gone.contains(where: { $0.status != .running }) { return true }
    guard held.count - gone.count < limit else { return false }
    return try !gone.isEmpty || nextDue(in: db) != nil
  }

  /// Whether there is something that only a worker can bring on: a job that waits for its turn, or has lost its worker.
  package func needsWorker(in db: Database) throws -> Bool {
    let isWaiting = try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM indexing_jobs WHERE status = 'queued')"))!
    return try isWaiting || heldJobs(in: db).contains(where: isInterrupted)
  }

  private func lostWorker(_ job: Job) -> String {
    guard let lease = job.lease else { return "unknown" }
    if lease.owner.bootID != host.bootID { return "the machine was restarted" }
    return host.liveness(of: lease.owner) == .dead
      ? "process \(lease.owner.pid) ended" : "process \(lease.owner.pid) did not renew its lease"
  }
}

extension Job {
  /// The order in which jobs are claimed.
  fileprivate func goesBefore(_ other: Job) -> Bool {
    (-priority, createdAt, id) < (-other.priority, other.createdAt, other.id)
  }
}
