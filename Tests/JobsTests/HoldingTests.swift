import GRDB
import IndexModel
import SQLiteStore
import Testing

@testable import Jobs

@Suite("JobQueue: what the holder writes")
struct HoldingTests {
  static let progress: JobProgress = {
    var progress = JobProgress()
    progress.phase = .indexing
    progress.files.found = 100
    progress.files.pending = 60
    progress.files.indexed = 10
    progress.files.unchanged = 11
    progress.files.skipped = 12
    progress.files.failed = 7
    progress.files.removed = 5
    progress.files.ignored = 6
    progress.reasons.skipped = ["binary": 12]
    progress.reasons.failed = ["read_error": 7]
    progress.units = 77
    progress.bytes.found = 1 << 40
    progress.bytes.done = 1 << 39
    progress.ignoredBy = [IgnoredBy(rule: ".gitignore:159", count: 6)]
    progress.lastIndexedFile = "/p/ü\n'\""
    progress.current = [FileAtWork(path: "/p/a", since: Timestamp(milliseconds: 5))]
    return progress
  }()

  @Test("P7: A report is what a reader sees, and renews the lease")
  func report() throws {
    let queue = try QueueFixture()
    var job = try queue.job(in: .running, of: queue.expiring)
    #expect(queue.jobs.isInterrupted(job))
    job.generation = 3
    #expect(try queue.store.write { try queue.jobs.report(Self.progress, of: job, in: $0) } == .running)
    let seen = try queue.current(job)
    #expect(seen.progress == Self.progress)
    #expect(seen.generation == 3)
    #expect(!queue.jobs.isInterrupted(seen))
    #expect(seen.updatedAt > job.updatedAt)
  }

  @Test("A report tells the worker to stop", arguments: [JobStatus.running, .pausing, .cancelling])
  func reportTellsTheStatus(_ status: JobStatus) throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: status)
    #expect(try queue.store.write { try queue.jobs.report(JobProgress(), of: job, in: $0) } == status)
    #expect(try queue.store.read { try queue.jobs.heldStatus(of: job, in: $0) } == status)
  }

  @Test("P7: Counters that do not add up are refused")
  func countersAddUp() throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: .running)
    var wrong = JobProgress()
    wrong.files.found = 1
    wrong.files.indexed = 2
    #expect(throws: (any Error).self) {
      try queue.store.write { _ = try queue.jobs.report(wrong, of: job, in: $0) }
    }
    #expect(try queue.current(job).progress.files == JobReport.FileCounts())
  }

  @Test("An orderly stop does not use up an attempt")
  func handBack() throws {
    let queue = try QueueFixture()
    for _ in 0..<3 {
      _ = try queue.job(in: .running, project: "p\(Int.random(in: 0...1_000_000))")
    }
    let job = try queue.job(in: .running)
    #expect(job.attempt.number == 1)
    let back = try queue.finish(job, as: .handedBack)
    #expect(back.status == .queued && back.attempt.number == 0)
    let again = try #require(try queue.claim(limit: 10))
    #expect(again.id == job.id && again.attempt.number == 1 && again.epoch > job.epoch)
    #expect(again.startedAt == job.startedAt)
    #expect(
      try queue.moves(job) == [
        "queued running claimed", "running queued its worker stopped in order", "queued running claimed",
      ])
  }

  /// A job that crashed `times` times, each time with `settled` outcomes committed.
  private func crash(_ queue: QueueFixture, _ job: Job, settled: Int) throws -> Job {
    try queue.store.write { db in
      try db.execute(
        sql: "UPDATE indexing_jobs SET lease_owner = ? WHERE id = ?",
        arguments: [try queue.deadWorker().description, job.id])
    }
    let taken = try #require(try queue.claim())
    return try begin(queue, taken, settled: settled)
  }

  private func begin(_ queue: QueueFixture, _ job: Job, settled: Int) throws -> Job {
    var progress = JobProgress()
    progress.files.found = 10_000
    progress.files.pending = 10_000 - settled
    progress.files.indexed = settled
    return try queue.store.write { try queue.jobs.beginAttempt(job, progress: progress, in: $0) }
  }

  @Test("Attempts that crash without a new outcome are counted in a row")
  func barren() throws {
    let queue = try QueueFixture()
    var job = try begin(queue, try queue.job(in: .running), settled: 0)
    #expect(job.attempt.crashes == 0 && job.attempt.barren == 0)
    for round in 1...5 {
      job = try crash(queue, job, settled: 0)
      #expect(job.attempt.crashes == round && job.attempt.barren == round)
      #expect(job.attempt.number == round + 1)
      #expect(try queue.current(job).attempt == job.attempt)
    }
    job = try crash(queue, job, settled: 1)
    #expect(job.attempt.crashes == 6 && job.attempt.barren == 0 && job.attempt.settledAtStart == 1)
  }

  @Test("An orderly end forgets the crashes")
  func orderlyEndForgets() throws {
    let queue = try QueueFixture()
    let job = try crash(queue, try queue.job(in: .running), settled: 0)
    #expect(job.attempt.crashes == 1 && job.attempt.barren == 1)
    let back = try queue.finish(job, as: .handedBack)
    #expect(back.attempt.crashes == 0 && back.attempt.barren == 0)
  }

  @Test("A resume by a user forgets the crashes")
  func resumeForgets() throws {
    let queue = try QueueFixture()
    let job = try crash(queue, try queue.job(in: .running), settled: 0)
    try queue.store.write {
      try $0.execute(
        sql: """
          UPDATE indexing_jobs SET status = 'failed', lease_owner = NULL, lease_expires_at = NULL, completed_at = 1
          """)
    }
    let resumed = try queue.control(job, .resume)
    #expect(resumed.attempt.crashes == 0 && resumed.attempt.barren == 0)
  }
}
