package import GRDB
package import IndexModel

extension JobQueue {
  /// Asks a job to pause, resume or cancel.
  ///
  /// - Parameter actor: who asks, for the history.
  /// - Returns: the job as it is now; unchanged when it is, or is heading, there already.
  /// - Throws: ``IndexerError/Code/notFound``, or ``IndexerError/Code/conflict`` with the current status.
  @discardableResult
  package func control(_ id: String, _ request: ControlRequest, actor: String, in db: Database) throws -> Job {
    guard let job = try find(id, in: db) else { throw unknown(id) }
    switch request.response(in: job.status) {
    case .move(let status):
      return try move(job, to: status, actor: actor, reason: request.rawValue, in: db) { moved in
        if status == .paused { moved.pauseReason = .user }
        if request == .resume {
          moved.failure = nil
          moved.attempt.crashes = 0
          moved.attempt.barren = 0
        }
      }
    case .alreadySo:
      return try makeUsersOwn(job, request, actor: actor, in: db)
    case .conflict:
      throw IndexerError(
        .conflict, "job \(job.id) is \(job.status.rawValue): it cannot be \(Self.participle[request]!)",
        details: ["job": job.id, "status": job.status.rawValue])
    }
  }

  /// A job that paused itself and is then paused by its user no longer goes on by itself.
  private func makeUsersOwn(
    _ job: Job, _ request: ControlRequest, actor: String, in db: Database
  ) throws -> Job {
    guard request == .pause, job.pauseReason == .diskLow else { return job }
    try db.execute(
      sql: "UPDATE indexing_jobs SET pause_reason = 'user' WHERE id = ? AND status = 'paused'",
      arguments: [job.id])
    try record(
      .moved, job: job.id, from: .paused, to: .paused, actor: actor, reason: PauseReason.user.rawValue, in: db)
    return try find(job.id, in: db)!
  }

  /// Queues the jobs again that paused themselves for want of disk space.
  package func resumeSelfPaused(actor: String, in db: Database) throws {
    let jobs = try Row.fetchAll(
      db, sql: "SELECT * FROM indexing_jobs WHERE status = 'paused' AND pause_reason = 'disk_low'"
    ).map(JobRow.job)
    for job in jobs {
      try move(job, to: .queued, actor: actor, reason: "there is room again", in: db) { $0.failure = nil }
    }
  }

  /// Whether a job paused itself for want of disk space.
  package func hasSelfPaused(in db: Database) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM indexing_jobs WHERE status = 'paused' AND pause_reason = 'disk_low')"))!
  }

  private static let participle: [ControlRequest: String] = [
    .pause: "paused", .resume: "resumed", .cancel: "cancelled",
  ]
}
