import Foundation
import GRDB
import IndexModel
import SQLiteStore
import TestSupport
import Testing

@testable import Jobs

@Suite("queue.db")
struct QueueSchemaTests {
  @Test(
    "Nonsense is refused by the table itself",
    arguments: [
      "status = 'done'", "status = 'running'", "status = 'paused'", "status = 'completed'", "status = NULL",
      "pause_reason = 'user'", "pause_reason = 'tired'", "lease_owner = 'x'", "lease_expires_at = 5",
      "completed_at = 5", "total_files = -1", "total_files = 1, indexed_files = 2",
      "total_files = 1, indexed_files = 1, skipped_files = 1", "options = '{'", "reasons = 'x'",
      "ignored_by = ''", "current_files = '['", "kind = 'dance'", "recursive = 2", "phase = 'dreaming'",
      "source_id = 999", "project_id = 'x'", "priority = 'high'", "created_at = NULL", "created_at = 'now'",
      "attempt = 1.5", "id = NULL", "directory_path = NULL", "requested_by = NULL",
      "status = 'paused', pause_reason = 'user', lease_owner = 'x', lease_expires_at = 1",
    ])
  func jobChecks(_ assignment: String) throws {
    let queue = try QueueFixture()
    try queue.enqueue()
    let before = try queue.rows("indexing_jobs")
    #expect(throws: IndexerError.self) {
      try queue.store.write { try $0.execute(sql: "UPDATE indexing_jobs SET \(assignment)") }
    }
    #expect(try queue.rows("indexing_jobs") == before)
  }

  @Test(
    "Nonsense is refused in the other tables",
    arguments: [
      "UPDATE projects SET name = ''", "UPDATE projects SET generation = -1",
      "UPDATE projects SET name = printf('%201c', 'x')",
      "INSERT INTO projects (id, name, created_at) VALUES ('x', 'p', 1)",
      "UPDATE sources SET kind = 'cloud'", "UPDATE sources SET options = '{'",
      "INSERT INTO sources (project_id, kind, path, options, created_at) SELECT project_id, kind, path, '{}', 1 FROM sources",
      "INSERT INTO generations (project_id, number, shards, tokenizer_version, created_at) SELECT id, 0, 1, 1, 1 FROM projects",
      "INSERT INTO generations (project_id, number, shards, tokenizer_version, created_at) SELECT id, 1, 9, 1, 1 FROM projects",
      "INSERT INTO generations (project_id, number, shards, tokenizer_version, created_at) VALUES ('none', 1, 1, 1, 1)",
      "INSERT INTO job_events (at, kind, actor) VALUES (1, 'danced', 'x')",
      "INSERT INTO job_events (at, kind) VALUES (1, 'moved')",
      "INSERT INTO job_events (job_id, at, kind, actor) VALUES ('none', 1, 'moved', 'x')",
      "INSERT INTO epochs (id, last) VALUES (2, 0)",
      "DELETE FROM sources",
    ])
  func otherChecks(_ sql: String) throws {
    let queue = try QueueFixture()
    try queue.enqueue()
    #expect(throws: IndexerError.self) { try queue.store.write { try $0.execute(sql: sql) } }
  }

  @Test("The history cannot be rewritten")
  func eventsAreKept() throws {
    let queue = try QueueFixture()
    try queue.job(in: .paused)
    let before = try queue.rows("job_events")
    #expect(throws: IndexerError.self) {
      try queue.store.write { try $0.execute(sql: "UPDATE job_events SET actor = 'nobody'") }
    }
    #expect(try queue.rows("job_events") == before)
  }

  @Test("Any sqlite3 shell reads the tables and the view for people")
  func readableByOthers() throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: .running)
    #expect(try queue.store.write { try queue.jobs.report(HoldingTests.progress, of: job, in: $0) } == .running)
    let view = try Program.sqlite3.run([
      "-readonly", queue.directory.queueFile,
      "SELECT project, status, pending_files, indexed_files, created FROM jobs",
    ])
    #expect(view.status == 0, "\(view.errors)")
    let created = job.createdAt.milliseconds - TestClock.start
    #expect(
      view.lines == ["p|running|60|10|2023-11-14T22:13:20.\(String(format: "%03d", Int(created)))Z"])
    for table in ["projects", "sources", "generations", "indexing_jobs", "job_events", "epochs"] {
      let result = try Program.sqlite3.run(["-readonly", queue.directory.queueFile, "SELECT count(*) FROM \(table)"])
      #expect(result.status == 0, "\(result.errors)")
    }
    let check = try Program.sqlite3.run([
      "-readonly", queue.directory.queueFile, "PRAGMA integrity_check", "PRAGMA foreign_key_check",
    ])
    #expect(check.lines == ["ok"])
  }

  @Test("P10: No column of the queue is there for the text of a document or a query")
  func metadataOnly() throws {
    let queue = try QueueFixture()
    let blobs = try queue.store.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT m.name || '.' || c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
          WHERE m.type = 'table' AND (c.type = 'BLOB' OR c.name IN ('text', 'body', 'content', 'query', 'token'))
          """)
    }
    #expect(blobs.isEmpty)
  }
}
