package import GRDB
package import IndexModel

/// What the worker that holds a job writes. Each checks the epoch, so that a worker that lost its claim changes
/// nothing (P2).
extension JobQueue {
  /// Writes how far the job has come, and renews the lease.
  ///
  /// - Returns: the job's status: `pausing` and `cancelling` are requests to stop.
  /// - Throws: ``IndexerError/Code/leaseLost``.
  package func report(_ progress: JobProgress, of job: Job, in db: Database) throws -> JobStatus {
    var arguments = try JobRow.columns(progress)
    arguments["id"] = job.id
    arguments["epoch"] = job.epoch
    arguments["now"] = now().milliseconds
    arguments["expires"] = host.uptime + leases.duration
    arguments.updateValue(job.generation, forKey: "generation")
    let status = try String.fetchOne(
      db.cachedStatement(
        sql: """
          UPDATE indexing_jobs SET
            phase = :phase, total_files = :total_files, indexed_files = :indexed_files,
            unchanged_files = :unchanged_files, skipped_files = :skipped_files, failed_files = :failed_files,
            removed_files = :removed_files, ignored_entries = :ignored_entries, total_units = :total_units,
            total_bytes = :total_bytes, done_bytes = :done_bytes, reasons = :reasons,
            ignored_by = :ignored_by, last_indexed_file = :last_indexed_file, current_files = :current_files,
            generation = :generation, updated_at = :now, lease_expires_at = :expires
          WHERE id = :id AND lease_epoch = :epoch AND status IN ('running', 'pausing', 'cancelling')
          RETURNING status
          """), arguments: StatementArguments(arguments))
    guard let status, let known = JobStatus(rawValue: status) else { throw leaseLost(job) }
    return known
  }

  /// The status of a job that the caller holds, without a write.
  package func heldStatus(of job: Job, in db: Database) throws -> JobStatus {
    let status = try String.fetchOne(
      db.cachedStatement(sql: "SELECT status FROM indexing_jobs WHERE id = ? AND lease_epoch = ?"),
      arguments: [job.id, job.epoch])
    guard let status, let known = JobStatus(rawValue: status), known.isActive else { throw leaseLost(job) }
    return known
  }

  /// Begins the run of a job just claimed, once the shards' rows have been counted.
  ///
  /// - Returns: the job, with how many runs in a row crashed, and how many of them committed nothing: the caller
  ///   decides when that is enough.
  /// - Throws: ``IndexerError/Code/leaseLost``.
  package func beginAttempt(
    _ job: Job, progress: JobProgress, in db: Database
  ) throws -> Job {
    var current = try held(job, in: db)
    let gained = progress.settled - current.attempt.settledAtStart
    if current.attempt.crashes > 0 { current.attempt.barren = gained > 0 ? 0 : current.attempt.barren + 1 }
    current.attempt.settledAtStart = progress.settled
    current.attempt.bytesAtStart = progress.bytes.done
    current.progress = progress
    try db.cachedStatement(
      sql: """
        UPDATE indexing_jobs SET crashes = ?, barren = ?, settled_at_claim = ?, bytes_at_claim = ?
        WHERE id = ? AND lease_epoch = ?
        """
    ).execute(arguments: [
      current.attempt.crashes, current.attempt.barren, current.attempt.settledAtStart,
      current.attempt.bytesAtStart, job.id, job.epoch,
    ])
    _ = try report(progress, of: current, in: db)
    return current
  }

  /// Ends the caller's hold on a job.
  ///
  /// - Returns: the job as it is now.
  /// - Throws: ``IndexerError/Code/leaseLost``.
  @discardableResult
  package func finish(_ job: Job, as ending: Ending, progress: JobProgress, in db: Database) throws -> Job {
    let current = try held(job, in: db)
    let ending = ending.heeding(current.status)
    return try move(
      current, to: ending.status, actor: "worker", reason: ending.reason, in: db
    ) { finished in
      finished.progress = progress
      finished.progress.current = []
      finished.generation = job.generation
      finished.failure = nil
      switch ending {
      case .completed, .cancelled: break
      case .paused(let reason):
        finished.pauseReason = reason
        finished.attempt.number -= 1
        if reason == .diskLow {
          finished.failure = .init(code: IndexerError.Code.diskLow.rawValue, message: "the disk is nearly full")
        }
      case .failed(let error):
        finished.failure = .init(code: error.code.rawValue, message: error.message)
      case .handedBack:
        finished.attempt.number -= 1
      case .delayed(let milliseconds):
        finished.attempt.number -= 1
        finished.notBefore = Timestamp(milliseconds: finished.updatedAt.milliseconds + milliseconds)
      }
      finished.attempt.crashes = 0
      finished.attempt.barren = 0
    }
  }

  /// How a worker lets go of a job.
  package enum Ending: Hashable, Sendable {
    case completed
    case failed(IndexerError)
    case paused(PauseReason)
    case cancelled
    /// An orderly stop of the worker: the job waits for another, and its attempt is not counted.
    case handedBack
    /// A database file is locked by another program: as handed back, but not taken again for a while.
    case delayed(milliseconds: Int64)

    /// What becomes of this ending when a request came in meanwhile: a cancellation stands in any case, and a job
    /// that was to be handed back while it was to be paused is paused.
    package func heeding(_ status: JobStatus) -> Ending {
      switch (status, self) {
      case (.cancelling, _): .cancelled
      case (.pausing, .handedBack), (.pausing, .delayed), (.pausing, .paused): .paused(.user)
      // The pause was taken back while the worker was stopping for it.
      case (.running, .paused(.user)): .handedBack
      default: self
      }
    }

    var status: JobStatus {
      switch self {
      case .completed: .completed
      case .failed: .failed
      case .paused: .paused
      case .cancelled: .cancelled
      case .handedBack, .delayed: .queued
      }
    }

    var reason: String? {
      switch self {
      case .completed, .cancelled: nil
      case .failed(let error): error.code.rawValue
      case .paused(let reason): reason.rawValue
      case .handedBack: "its worker stopped in order"
      case .delayed: "a database file is locked by another program"
      }
    }
  }

  private func held(_ job: Job, in db: Database) throws -> Job {
    guard let current = try find(job.id, in: db), current.epoch == job.epoch, current.status.isActive else {
      throw leaseLost(job)
    }
    return current
  }

  private func leaseLost(_ job: Job) -> IndexerError {
    IndexerError(
      .leaseLost, "another worker has taken job \(job.id) over; this one stops and writes nothing more",
      details: ["job": job.id])
  }
}
