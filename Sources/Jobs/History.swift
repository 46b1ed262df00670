package import GRDB
package import IndexModel

/// How long the history is kept.
extension JobQueue {
  private static let ended = "completed_at < ? AND status IN ('completed', 'cancelled', 'failed')"

  /// Takes out jobs that ended before `time`, with their events, and events of refusals from before it.
  ///
  /// - Returns: how many jobs; at most `limit`.
  package func removeEnded(before time: Timestamp, limit: Int, in db: Database) throws -> Int {
    try db.execute(
      sql: """
        DELETE FROM indexing_jobs WHERE id IN (SELECT id FROM indexing_jobs WHERE \(Self.ended) LIMIT ?)
        """, arguments: [time.milliseconds, limit])
    let count = db.changesCount
    try db.execute(
      sql: "DELETE FROM job_events WHERE job_id IS NULL AND at < ?", arguments: [time.milliseconds])
    return count
  }

  /// Lets all jobs that are held be taken over, in a copy of the queue that their workers know nothing of.
  package func expireLeases(in db: Database) throws {
    try db.execute(sql: "UPDATE indexing_jobs SET lease_expires_at = 0 WHERE lease_owner IS NOT NULL")
  }

  /// Sees to it that the next claim comes after `epoch`, in a queue that may have forgotten claims.
  package func raiseEpochs(above epoch: Int64, in db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO epochs (id, last) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET last = max(last, excluded.last)
        """, arguments: [epoch])
  }

  /// Whether ``removeEnded(before:limit:in:)`` would find anything.
  package func hasOldHistory(before time: Timestamp, in db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM indexing_jobs WHERE \(Self.ended))
          OR EXISTS (SELECT 1 FROM job_events WHERE job_id IS NULL AND at < ?)
        """, arguments: [time.milliseconds, time.milliseconds])!
  }

  /// How many jobs ended before `time`.
  package func countEnded(before time: Timestamp, in db: Database) throws -> Int {
    try Int.fetchOne(
      db, sql: "SELECT count(*) FROM indexing_jobs WHERE \(Self.ended)", arguments: [time.milliseconds])!
  }
}
