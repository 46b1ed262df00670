import GRDB
import IndexModel
import Projects
import SQLiteStore
import Synchronization
import TestSupport
import Testing

@testable import Jobs

@Suite("JobQueue: claim")
struct ClaimTests {
  @Test("A claim gives the job a lease, a new epoch and an attempt, and writes one event")
  func claim() throws {
    let queue = try QueueFixture()
    let job = try queue.enqueue()
    let claimed = try #require(try queue.claim())
    #expect(claimed == (try queue.current(job)))
    #expect(claimed.status == .running && claimed.epoch == 1 && claimed.attempt.number == 1)
    #expect(claimed.lease?.owner == queue.worker)
    let lease = try #require(claimed.lease)
    #expect((queue.host.uptime...queue.host.uptime + 30_000).contains(lease.expires))
    #expect(claimed.startedAt == claimed.attempt.startedAt && claimed.startedAt != nil)
    #expect(try queue.moves(job) == ["queued running claimed"])
    #expect(try queue.claim() == nil)
  }

  @Test("Jobs of a project go first in, first out")
  func order() throws {
    let queue = try QueueFixture()
    let made = try (0..<5).map { _ in try queue.enqueue().id }
    var claimed: [String] = []
    while let job = try queue.claim() {
      claimed.append(job.id)
      try queue.finish(job, as: .completed)
    }
    #expect(claimed == made)
  }

  @Test("Jobs made in the same millisecond go in the order of their ids")
  func sameMillisecond() throws {
    let queue = try QueueFixture()
    let made = try (0..<5).map { _ in try queue.enqueue().id }
    try queue.store.write { try $0.execute(sql: "UPDATE indexing_jobs SET created_at = 5") }
    var claimed: [String] = []
    while let job = try queue.claim() {
      claimed.append(job.id)
      try queue.finish(job, as: .completed)
    }
    #expect(claimed == made)
  }

  @Test("A higher priority goes first, over all projects")
  func priority() throws {
    let queue = try QueueFixture()
    let low = try queue.enqueue("a", priority: -1)
    let first = try queue.enqueue("b")
    let high = try queue.enqueue("b", priority: 5)
    let second = try queue.enqueue("c")
    var claimed: [String] = []
    while let job = try queue.claim() {
      claimed.append(job.id)
      try queue.finish(job, as: .completed)
    }
    #expect(claimed == [high.id, first.id, second.id, low.id])
  }

  @Test("One job of a project is held at a time", arguments: [JobStatus.running, .pausing, .cancelling])
  func oneForEachProject(_ status: JobStatus) throws {
    let queue = try QueueFixture()
    _ = try queue.job(in: status, project: "a")
    try queue.enqueue("a")
    let other = try queue.enqueue("b")
    #expect(try queue.claim(limit: 10)?.id == other.id)
    #expect(try queue.claim(limit: 10) == nil)
  }

  @Test("A job that waits for its user does not block its project", arguments: [JobStatus.paused, .failed])
  func notBlocking(_ status: JobStatus) throws {
    let queue = try QueueFixture()
    _ = try queue.job(in: status)
    let next = try queue.enqueue()
    #expect(try queue.claim()?.id == next.id)
  }

  @Test("The limit holds over all projects, and jobs that are being stopped count")
  func limit() throws {
    let queue = try QueueFixture()
    _ = try queue.job(in: .running, project: "a")
    _ = try queue.job(in: .pausing, project: "b")
    let third = try queue.enqueue("c")
    #expect(try queue.claim(limit: 2) == nil)
    #expect(try !queue.store.read { try queue.jobs.hasWork(limit: 2, in: $0) })
    #expect(try queue.store.read { try queue.jobs.hasWork(limit: 3, in: $0) })
    #expect(try queue.claim(limit: 3)?.id == third.id)
  }

  @Test("A job whose time has not come waits, and lets others pass")
  func notBefore() throws {
    let queue = try QueueFixture()
    let later = try queue.enqueue()
    let other = try queue.enqueue()
    let due = queue.clock.now().milliseconds + 60_000
    try queue.store.write {
      try $0.execute(sql: "UPDATE indexing_jobs SET not_before = ? WHERE id = ?", arguments: [due, later.id])
    }
    let claimed = try #require(try queue.claim())
    #expect(claimed.id == other.id)
    try queue.finish(claimed, as: .completed)
    #expect(try queue.claim() == nil)
    #expect(try !queue.store.read { try queue.jobs.hasWork(limit: 3, in: $0) })
    queue.clock.advance(by: 60_000)
    #expect(try queue.store.read { try queue.jobs.hasWork(limit: 3, in: $0) })
    #expect(try queue.claim()?.id == later.id)
  }

  @Test("Looking for work tells the truth and writes nothing")
  func hasWork() throws {
    let queue = try QueueFixture()
    let reader = try StoreFile(
      path: queue.directory.queueFile, schema: .queue, access: .readOnly, lock: queue.directory.queueLock)
    #expect(try !reader.read { try queue.jobs.hasWork(limit: 1, in: $0) })
    try queue.enqueue()
    #expect(try reader.read { try queue.jobs.hasWork(limit: 1, in: $0) })
    _ = try queue.claim()
    #expect(try !reader.read { try queue.jobs.hasWork(limit: 1, in: $0) })
  }

  @Test("Epochs rise over all jobs")
  func epochs() throws {
    let queue = try QueueFixture()
    for project in ["a", "b", "c"] { try queue.enqueue(project) }
    var epochs: [Int64] = []
    while let job = try queue.claim() { epochs.append(job.epoch) }
    #expect(epochs == [1, 2, 3])
  }

  @Test("The claim and the list of held jobs use their indexes, and the claim sorts nothing")
  func queryPlans() throws {
    let queue = try QueueFixture()
    let plans = try queue.store.read { db in
      try [JobQueue.nextDueSQL, JobQueue.heldJobsSQL].map { sql in
        let arguments: StatementArguments = sql.contains("?") ? [0] : []
        return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments)
          .map { $0["detail"] as String }
      }
    }
    #expect(plans[0].contains { $0.contains("USING INDEX jobs_queued") })
    #expect(plans[0].contains { $0.contains("jobs_active") && $0.contains("(project_id=?)") })
    #expect(!plans[0].contains { $0.contains("TEMP B-TREE") })
    #expect(plans[1].contains { $0.contains("USING INDEX jobs_active") })
  }

  @Test("P2: Four threads, each with its own connection, claim each of 200 jobs once and in order")
  func contention() throws {
    let queue = try QueueFixture()
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"]
    let made = try queue.store.write { db in
      for name in names {
        let project = try queue.projects.create(name: name, in: db)
        _ = try queue.projects.addSource("/\(name)", options: WalkOptions(), to: project, in: db)
      }
      return try (0..<200).map { number in
        let project = try #require(try queue.projects.find(name: names[number % names.count], in: db))
        let source = try queue.projects.sources(of: project.id, in: db)[0]
        let new = NewJob(
          projectID: project.id, sourceID: source.id, directory: source.path, options: JobOptions(),
          requestedBy: "test")
        guard case .accepted(let job, _) = try queue.jobs.enqueue(new, limit: 1000, in: db) else {
          throw Unexpected("refused")
        }
        return job.id
      }
    }
    let claimed = Mutex<[String]>([])
    let isOver = Atomic(false)
    try onThreads(4) { thread in
      // However it ends, the others must not wait for what this one does not do.
      defer { isOver.store(true, ordering: .relaxed) }
      let store = try QueueFixture.open(queue.directory)
      let worker = queue.host.identity(slot: thread)
      while claimed.withLock({ $0.count }) < made.count, !isOver.load(ordering: .relaxed) {
        guard let job = try store.write({ try queue.jobs.claim(for: worker, limit: 4, in: $0) }) else { continue }
        claimed.withLock { $0.append(job.id) }
        try store.write { _ = try queue.jobs.finish(job, as: .completed, progress: JobProgress(), in: $0) }
      }
      try store.close()
    }
    #expect(claimed.withLock { $0.sorted() } == made.sorted())
    let perJob = try queue.rows("job_events").filter { $0["to_status"] == "running" }.map { $0["job_id"] as String }
    #expect(perJob.sorted() == made.sorted())
    let projectOf = Dictionary(
      uniqueKeysWithValues: try queue.rows("indexing_jobs").map { ($0["id"] as String, $0["project_id"] as String) })
    for (_, claims) in Dictionary(grouping: perJob, by: { projectOf[$0]! }) { #expect(claims == claims.sorted()) }
    #expect(try queue.store.integrityProblems().isEmpty)
  }
}
