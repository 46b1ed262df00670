import GRDB
import IndexModel
import SQLiteStore
import TestSupport
import Testing

@testable import Jobs

@Suite("JobQueue: look-ups")
struct LookupTests {
  private func plant(_ ids: [String], in queue: QueueFixture) throws {
    for id in ids {
      let job = try queue.enqueue()
      try queue.store.write { db in
        try db.execute(sql: "PRAGMA defer_foreign_keys = ON")
        try db.execute(sql: "UPDATE indexing_jobs SET id = ? WHERE id = ?", arguments: [id, job.id])
        try db.execute(sql: "DELETE FROM job_events WHERE job_id = ?", arguments: [job.id])
      }
    }
  }

  @Test("A unique prefix is enough, in either case")
  func prefix() throws {
    let queue = try QueueFixture()
    try plant(["0190a0", "0190b0", "0190b1"], in: queue)
    for prefix in ["0190a", "0190a0", "0190A0", "0190b1"] {
      let found = try queue.store.read { try queue.jobs.resolve(prefix, in: $0) }
      #expect(found.id.hasPrefix(prefix.lowercased()))
    }
  }

  @Test("A prefix of several jobs is ambiguous", arguments: ["0", "0190", "0190b"])
  func ambiguous(_ prefix: String) throws {
    let queue = try QueueFixture()
    try plant(["0190a0", "0190b0", "0190b1"], in: queue)
    let error = try failure { try queue.store.read { _ = try queue.jobs.resolve(prefix, in: $0) } }
    #expect(error?.code == .ambiguousID)
    #expect(error?.message.contains(prefix) == true)
  }

  @Test(
    "What is no prefix of an id is not found",
    arguments: [
      "", "1", "0190c", "0190a00", "%", "_", "0190%", "' OR 1 --", "\"", "\0", "g", "0190a0 ", "ä", "-", "*",
    ])
  func unknown(_ prefix: String) throws {
    let queue = try QueueFixture()
    try plant(["0190a0", "0190b0"], in: queue)
    let error = try failure { try queue.store.read { _ = try queue.jobs.resolve(prefix, in: $0) } }
    #expect(error?.code == .notFound)
  }

  @Test("The list is newest first, by status, project and number")
  func list() throws {
    let queue = try QueueFixture()
    let made = try [
      queue.job(in: .paused, project: "a"), queue.job(in: .completed, project: "b"),
      queue.job(in: .paused, project: "b"),
    ]
    func ids(_ filter: JobQueue.Filter) throws -> [String] {
      try queue.store.read { try queue.jobs.list(filter, in: $0) }.map(\.id)
    }
    #expect(try ids(.init()) == made.reversed().map(\.id))
    #expect(try ids(.init(statuses: [.paused])) == [made[2].id, made[0].id])
    #expect(try ids(.init(statuses: [.paused], projectID: made[0].projectID)) == [made[0].id])
    #expect(try ids(.init(statuses: [.failed])).isEmpty)
    #expect(try ids(.init(statuses: [.failed, .paused])) == [made[2].id, made[0].id])
    #expect(try ids(.init(limit: 1)) == [made[2].id])
  }

  @Test("The position counts the queued jobs that go first, of whatever project")
  func queuePosition() throws {
    let queue = try QueueFixture()
    let first = try queue.enqueue()
    let second = try queue.enqueue()
    let urgent = try queue.enqueue(priority: 1)
    let other = try queue.enqueue("other")
    let paused = try queue.job(in: .paused)
    let positions = try queue.store.read { db in
      try [first, second, urgent, other, paused].map { try queue.jobs.queuePosition(of: $0, in: db) }
    }
    #expect(positions == [2, 3, 1, 4, nil])
  }

  @Test("P7: The files that unfinished jobs have still to settle are counted over them")
  func pendingFiles() throws {
    let queue = try QueueFixture()
    var job = try queue.job(in: .running)
    job.generation = 1
    let held = job
    #expect(try queue.store.write { try queue.jobs.report(HoldingTests.progress, of: held, in: $0) } == .running)
    try queue.enqueue()
    #expect(try queue.store.read { try queue.jobs.outstanding(of: held.projectID, in: $0) } == (60, 1))
    try queue.finish(held, as: .completed, progress: HoldingTests.progress)
    #expect(try queue.store.read { try queue.jobs.outstanding(of: held.projectID, in: $0) } == (0, 1))
    let other = try queue.enqueue("other")
    #expect(try queue.store.read { try queue.jobs.outstanding(of: other.projectID, in: $0) } == (0, 1))
    try queue.store.write { _ = try queue.jobs.control(other.id, .cancel, actor: "test", in: $0) }
    #expect(try queue.store.read { try queue.jobs.outstanding(of: other.projectID, in: $0) } == (0, 1))
  }

  @Test("A row that this version does not know is damage, and says what")
  func unknownWord() throws {
    let queue = try QueueFixture()
    let job = try queue.enqueue()
    try queue.store.write {
      try $0.execute(sql: "PRAGMA ignore_check_constraints = ON; UPDATE indexing_jobs SET kind = 'levitate'")
    }
    let error = try failure { _ = try queue.current(job) }
    #expect(error?.code == .damaged)
    #expect(error?.message.contains("levitate") == true)
  }
}
