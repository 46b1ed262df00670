internal import Catalog
package import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore

/// Who did what, and what became of jobs.
extension IndexingService {
  /// The newest first.
  package func audit(_ filter: AuditFilter) throws -> [AuditEvent] {
    try queue.store.read { try queue.projects.history(filter, in: $0) }
  }

  /// Runs `body` in a write transaction; what it was refused for, because of the state that something is in, goes into the
  /// history as well.
  func recordingRefusal<Value>(
    of action: AuditEvent.Action, project: String? = nil, subject: String?, actor: String,
    _ body: (StoreTransaction) throws -> Value
  ) throws -> Value {
    do {
      return try queue.store.write(body)
    } catch let error as IndexerError where error.code == .conflict {
      let why = error.details["status"].map { ", it is \($0)" } ?? ""
      try queue.store.write {
        try queue.projects.record(
          action, project: project, subject: error.details["job"] ?? subject, detail: "refused\(why)", actor: actor,
          in: $0)
      }
      throw error
    }
  }

  /// Events of all jobs, or of one, after the event with the id `id`; oldest first.
  package func events(after id: Int, of job: String? = nil, limit: Int) throws -> [JobEvent] {
    try queue.store.read { try queue.jobs.events(after: id, of: job, limit: limit, in: $0) }
  }

  /// The id of the newest event; 0 when there is none.
  package func lastEvent() throws -> Int { try queue.store.read { try queue.jobs.lastEvent(in: $0) } }

  /// What the queue has to do, and has done.
  package func figures() throws -> QueueFigures {
    try queue.store.read { db in
      let shardLogs = try queue.projects.list(in: db).reduce(Int64(0)) { total, project in
        guard let generation = try queue.projects.published(of: project.id, in: db) else { return total }
        let location = queue.location(generation, of: project.id)
        return total + (0..<generation.shards).reduce(0) { $0 + Self.logSize(location.file($1)) }
      }
      return QueueFigures(
        jobs: try queue.jobs.counts(in: db), claims: try queue.jobs.lastEpoch(in: db),
        files: try queue.jobs.outcomes(in: db), logBytes: queue.store.logSize, shardLogBytes: shardLogs,
        commits: StoreCounters.commits, busyRetries: StoreCounters.busyRetries)
    }
  }
}
