internal import Foundation
internal import GRDB
internal import IndexModel

/// Between a ``Job`` and its row.
enum JobRow {
  static func job(_ row: Row) throws -> Job {
    var job = Job(
      id: row["id"], projectID: row["project_id"], kind: try word(row, "kind"), sourceID: row["source_id"],
      directory: row["directory_path"], options: try json(row, "options"), status: try word(row, "status"),
      priority: row["priority"], createdAt: time(row, "created_at")!, requestedBy: row["requested_by"])
    job.pauseReason = try optionalWord(row, "pause_reason")
    job.notBefore = time(row, "not_before")!
    job.startedAt = time(row, "started_at")
    job.updatedAt = time(row, "updated_at")!
    job.completedAt = time(row, "completed_at")
    job.progress = try progress(row)
    job.generation = row["generation"]
    if let code: String = row["error_code"] {
      job.failure = JobReport.Failure(code: code, message: row["error_message"] ?? "")
    }
    job.attempt.number = row["attempt"]
    job.attempt.crashes = row["crashes"]
    job.attempt.barren = row["barren"]
    job.attempt.settledAtStart = row["settled_at_claim"]
    job.attempt.bytesAtStart = row["bytes_at_claim"]
    job.attempt.startedAt = time(row, "run_started_at")
    job.epoch = row["lease_epoch"]
    if let owner: String = row["lease_owner"] {
      guard let identity = WorkerIdentity(owner) else { throw unreadable("lease_owner", owner) }
      job.lease = Job.Lease(owner: identity, expires: row["lease_expires_at"])
    }
    return job
  }

  private static func progress(_ row: Row) throws -> JobProgress {
    var progress = JobProgress()
    progress.phase = try optionalWord(row, "phase")
    progress.files.found = row["total_files"]
    progress.files.indexed = row["indexed_files"]
    progress.files.unchanged = row["unchanged_files"]
    progress.files.skipped = row["skipped_files"]
    progress.files.failed = row["failed_files"]
    progress.files.removed = row["removed_files"]
    progress.files.ignored = row["ignored_entries"]
    progress.files.pending =
      progress.files.found - progress.files.indexed - progress.files.unchanged - progress.files.skipped
      - progress.files.failed
    progress.units = row["total_units"]
    progress.bytes.found = row["total_bytes"]
    progress.bytes.done = row["done_bytes"]
    progress.reasons = try json(row, "reasons")
    progress.ignoredBy = try json(row, "ignored_by")
    progress.lastIndexedFile = row["last_indexed_file"]
    progress.current = try json(row, "current_files")
    return progress
  }

  typealias Columns = [String: (any DatabaseValueConvertible)?]

  /// The columns that change during a job's life, by name. NULL is a value of its own: no key is left out.
  static func columns(_ job: Job) throws -> Columns {
    let own: Columns = [
      "status": job.status.rawValue,
      "pause_reason": job.pauseReason?.rawValue,
      "started_at": job.startedAt?.milliseconds,
      "updated_at": job.updatedAt.milliseconds,
      "completed_at": job.completedAt?.milliseconds,
      "generation": job.generation,
      "error_code": job.failure?.code,
      "error_message": job.failure?.message,
      "attempt": job.attempt.number,
      "not_before": job.notBefore.milliseconds, "crashes": job.attempt.crashes,
      "barren": job.attempt.barren,
      "settled_at_claim": job.attempt.settledAtStart,
      "bytes_at_claim": job.attempt.bytesAtStart,
      "run_started_at": job.attempt.startedAt?.milliseconds,
      "lease_owner": job.lease?.owner.description,
      "lease_epoch": job.epoch,
      "lease_expires_at": job.lease?.expires,
    ]
    return try own.merging(columns(job.progress)) { own, _ in own }
  }

  static func columns(_ progress: JobProgress) throws -> Columns {
    [
      "phase": progress.phase?.rawValue,
      "total_files": progress.files.found,
      "indexed_files": progress.files.indexed,
      "unchanged_files": progress.files.unchanged,
      "skipped_files": progress.files.skipped,
      "failed_files": progress.files.failed,
      "removed_files": progress.files.removed,
      "ignored_entries": progress.files.ignored,
      "total_units": progress.units,
      "total_bytes": progress.bytes.found,
      "done_bytes": progress.bytes.done,
      "reasons": try text(progress.reasons),
      "ignored_by": try text(progress.ignoredBy),
      "last_indexed_file": progress.lastIndexedFile,
      "current_files": try text(progress.current),
    ]
  }

  static func event(_ row: Row) throws -> JobEvent {
    JobEvent(
      id: row["id"], job: row["job_id"], at: time(row, "at")!, kind: try word(row, "kind"),
      from: try optionalWord(row, "from_status"), to: try optionalWord(row, "to_status"), actor: row["actor"],
      reason: row["reason"])
  }

  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func json<Value: Decodable>(_ row: Row, _ column: String) throws -> Value {
    let text: String = row[column]
    do {
      return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    } catch {
      throw unreadable(column, text)
    }
  }

  private static func time(_ row: Row, _ column: String) -> Timestamp? {
    (row[column] as Int64?).map(Timestamp.init(milliseconds:))
  }

  private static func word<Word: RawRepresentable<String>>(_ row: Row, _ column: String) throws -> Word {
    let text: String = row[column]
    guard let word = Word(rawValue: text) else { throw unreadable(column, text) }
    return word
  }

  private static func optionalWord<Word: RawRepresentable<String>>(
    _ row: Row, _ column: String
  ) throws -> Word? {
    guard let _: String = row[column] else { return nil }
    return try word(row, column)
  }

  private static func unreadable(_ column: String, _ text: String) -> IndexerError {
    IndexerError(
      .damaged,
      """
      the queue holds a \(column) that this version does not know: \(text). Use the version that wrote it, or put it \
      right by hand if that is how it came there
      """)
  }
}
