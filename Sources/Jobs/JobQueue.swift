package import GRDB
package import IndexModel

/// The durable queue. Each verb is a method that works inside the caller's transaction on `queue.db`, so that it
/// can be combined with other writes; nothing here waits, and nothing here knows of files.
///
/// Every change of a job's status goes through ``move(_:to:actor:reason:in:change:)``: one compare-and-set update
/// and exactly one event.
package struct JobQueue: Sendable {
  package var host: HostProcess
  package var leases: LeaseClock
  /// Tests set it.
  package var now: @Sendable () -> Timestamp

  package init(
    host: HostProcess, leases: LeaseClock = LeaseClock(), now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.host = host
    self.leases = leases
    self.now = now
  }

  /// Whether a job has a status that a worker holds, but its worker is gone.
  package func isInterrupted(_ job: Job) -> Bool {
    guard let lease = job.lease else { return false }
    return leases.isInterrupted(
      owner: lease.owner, expires: lease.expires, now: host.uptime, bootID: host.bootID,
      liveness: host.liveness(of: lease.owner))
  }

  // MARK: Moves

  /// Moves a job to another status, with whatever else `change` sets, and writes the event.
  ///
  /// - Parameter job: as read in this transaction; nothing changes when the row has moved on meanwhile.
  /// - Returns: the job as it is now.
  /// - Throws: ``IndexerError/Code/conflict`` for a move that the state machine does not have.
  @discardableResult
  func move(
    _ job: Job, to status: JobStatus, actor: String, reason: String?, in db: Database,
    change: (inout Job) -> Void = { _ in }
  ) throws -> Job {
    guard job.status.successors.contains(status) else {
      throw IndexerError(
        .conflict, "job \(job.id) is \(job.status.rawValue); it cannot become \(status.rawValue)",
        details: ["job": job.id, "status": job.status.rawValue])
    }
    var moved = job
    moved.status = status
    moved.updatedAt = now()
    moved.completedAt = status.isTerminal || status == .failed ? moved.updatedAt : nil
    if !status.isActive {
      moved.lease = nil
      moved.progress.current = []
    }
    if status != .paused { moved.pauseReason = nil }
    change(&moved)
    try update(moved, from: job, in: db)
    try record(.moved, job: job.id, from: job.status, to: status, actor: actor, reason: reason, in: db)
    return moved
  }

  private func update(_ job: Job, from old: Job, in db: Database) throws {
    var arguments = try JobRow.columns(job)
    arguments["id"] = old.id
    arguments["old_status"] = old.status.rawValue
    arguments["old_epoch"] = old.epoch
    let statement = try db.cachedStatement(
      sql: """
        UPDATE indexing_jobs SET
          status = :status, pause_reason = :pause_reason, not_before = :not_before, started_at = :started_at, updated_at = :updated_at,
          completed_at = :completed_at, phase = :phase, total_files = :total_files,
          indexed_files = :indexed_files, unchanged_files = :unchanged_files, skipped_files = :skipped_files,
          failed_files = :failed_files, removed_files = :removed_files, ignored_entries = :ignored_entries,
          total_units = :total_units, total_bytes = :total_bytes, done_bytes = :done_bytes, reasons = :reasons,
          ignored_by = :ignored_by, last_indexed_file = :last_indexed_file, current_files = :current_files,
          generation = :generation, error_code = :error_code, error_message = :error_message,
          attempt = :attempt, crashes = :crashes, barren = :barren, settled_at_claim = :settled_at_claim,
          bytes_at_claim = :bytes_at_claim,
          run_started_at = :run_started_at, lease_owner = :lease_owner, lease_epoch = :lease_epoch,
          lease_expires_at = :lease_expires_at
        WHERE id = :id AND status = :old_status AND lease_epoch = :old_epoch
        """)
    try statement.execute(arguments: StatementArguments(arguments))
    guard db.changesCount == 1 else {
      throw IndexerError(.conflict, "job \(old.id) changed meanwhile; look at it with `indexer status`")
    }
  }

  func record(
    _ kind: JobEvent.Kind, job: String?, from: JobStatus?, to: JobStatus?, actor: String, reason: String?,
    in db: Database
  ) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO job_events (job_id, at, kind, from_status, to_status, actor, reason)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      job, now().milliseconds, kind.rawValue, from?.rawValue, to?.rawValue, actor, reason,
    ])
  }

  /// The fencing token of the last claim.
  package func lastEpoch(in db: Database) throws -> Int64 {
    try Int64.fetchOne(db.cachedStatement(sql: "SELECT last FROM epochs WHERE id = 1"))!
  }

  /// The next fencing token.
  func nextEpoch(in db: Database) throws -> Int64 {
    try Int64.fetchOne(
      db.cachedStatement(sql: "UPDATE epochs SET last = last + 1 WHERE id = 1 RETURNING last"))!
  }
}
