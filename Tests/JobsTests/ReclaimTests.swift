import GRDB
import IndexModel
import SQLiteStore
import TestSupport
import Testing

@testable import Jobs

@Suite("JobQueue: workers that are gone")
struct ReclaimTests {
  @Test("A job of a live worker is not taken from it")
  func alive() throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: .running)
    #expect(!queue.jobs.isInterrupted(job))
    #expect(try queue.claim(queue.host.identity(slot: 1)) == nil)
    #expect(try queue.current(job) == job)
  }

  @Test("A worker in another pid namespace counts as alive until its lease runs out")
  func elsewhere() throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: .running, worker: queue.workerElsewhere)
    #expect(try queue.claim() == nil)
    try queue.store.write {
      try $0.execute(sql: "UPDATE indexing_jobs SET lease_expires_at = ?", arguments: [queue.host.uptime])
    }
    #expect(try queue.claim()?.id == job.id)
    #expect(try queue.moves(job).last == "running running its worker was gone (process 1 did not renew its lease)")
  }

  @Test("The job of a worker whose process has ended is taken over at once: it has crashed")
  func dead() throws {
    let queue = try QueueFixture()
    let gone = try queue.deadWorker()
    let job = try queue.job(in: .running, worker: gone)
    #expect(queue.jobs.isInterrupted(job))
    #expect(try queue.store.read { try queue.jobs.hasWork(limit: 1, in: $0) })
    let taken = try #require(try queue.claim())
    #expect(taken.id == job.id && taken.status == .running && taken.epoch > job.epoch)
    #expect(taken.lease?.owner == queue.worker)
    #expect(taken.attempt.number == 2 && taken.attempt.crashes == 1)
    #expect(try queue.moves(job).last == "running running its worker was gone (process \(gone.pid) ended)")
    #expect(try queue.claim(limit: 10) == nil)
  }

  @Test("A worker that did not renew its lease is gone, though its process lives")
  func expired() throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: .running, of: queue.expiring)
    let taken = try #require(try queue.claim(queue.host.identity(slot: 1)))
    #expect(taken.id == job.id && taken.attempt.crashes == 1)
  }

  @Test("A reboot ends every worker, and is no crash")
  func reboot() throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: .running, worker: queue.workerOfLastBoot)
    let taken = try #require(try queue.claim())
    #expect(taken.id == job.id && taken.attempt.number == 2 && taken.attempt.crashes == 0)
    #expect(try queue.moves(job).last == "running running its worker was gone (the machine was restarted)")
  }

  @Test("A pid that means another process now is not the worker")
  func reusedPID() throws {
    let queue = try QueueFixture()
    var reused = queue.worker
    reused.processStart += 1
    #expect(queue.host.liveness(of: reused) == .dead)
    #expect(queue.host.liveness(of: queue.worker) == .alive)
    #expect(queue.host.liveness(of: queue.workerElsewhere) == .unknown)
    #expect(queue.host.liveness(of: queue.workerOfLastBoot) == .dead)
  }

  @Test("The limit holds for jobs whose worker is gone too")
  func limit() throws {
    let queue = try QueueFixture()
    let gone = try queue.job(in: .running, project: "a", worker: try queue.deadWorker())
    // Its place was taken while nobody noticed.
    let live = try queue.enqueue("b")
    try queue.store.write {
      try $0.execute(
        sql: """
          UPDATE indexing_jobs SET status = 'running', lease_owner = ?, lease_epoch = 9, lease_expires_at = ?
          WHERE id = ?
          """, arguments: [queue.worker.description, queue.host.uptime + 60_000, live.id])
    }
    #expect(try queue.claim(limit: 1) == nil)
    #expect(try queue.claim(limit: 2)?.id == gone.id)
  }

  @Test("Between a job whose worker is gone and one that is due, priority decides, then age")
  func order() throws {
    let queue = try QueueFixture()
    let gone = try queue.job(in: .running, project: "a", worker: try queue.deadWorker())
    let same = try queue.enqueue("b")
    let urgent = try queue.enqueue("c", priority: 1)
    #expect(try queue.claim(limit: 10)?.id == urgent.id)
    #expect(try queue.claim(limit: 10)?.id == gone.id)
    #expect(try queue.claim(limit: 10)?.id == same.id)
  }

  @Test("P2: A worker that lost its claim can report, finish and begin nothing any more")
  func fencedOut() throws {
    let queue = try QueueFixture()
    let old = try queue.job(in: .running, of: queue.expiring)
    let new = try #require(try queue.claim(queue.host.identity(slot: 1)))
    let before = (try queue.rows("indexing_jobs"), try queue.rows("job_events"))
    var progress = JobProgress()
    progress.files.found = 9
    let verbs: [(Database) throws -> Void] = [
      { _ = try queue.jobs.report(progress, of: old, in: $0) },
      { _ = try queue.jobs.beginAttempt(old, progress: progress, in: $0) },
      { _ = try queue.jobs.heldStatus(of: old, in: $0) },
      { _ = try queue.jobs.finish(old, as: .completed, progress: progress, in: $0) },
      { _ = try queue.jobs.finish(old, as: .handedBack, progress: progress, in: $0) },
      { _ = try queue.jobs.finish(old, as: .paused(.diskLow), progress: progress, in: $0) },
      { _ = try queue.jobs.finish(old, as: .failed(IndexerError(.ioError, "x")), progress: progress, in: $0) },
    ]
    for verb in verbs {
      let error = try failure { try queue.store.write(verb) }
      #expect(error?.code == .leaseLost)
      #expect(error?.details["job"] == old.id)
    }
    #expect(try queue.rows("indexing_jobs") == before.0)
    #expect(try queue.rows("job_events") == before.1)
    #expect(try queue.store.write { try queue.jobs.report(progress, of: new, in: $0) } == .running)
  }

  @Test("P2: A worker that comes back after its job was handed back can do nothing, though nobody has it")
  func fencedOutOfAQueuedJob() throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: .running)
    try queue.finish(job, as: .handedBack)
    #expect(
      try failure { try queue.store.write { _ = try queue.jobs.report(JobProgress(), of: job, in: $0) } }?.code
        == .leaseLost)
    #expect(
      try failure { try queue.store.read { _ = try queue.jobs.heldStatus(of: job, in: $0) } }?.code == .leaseLost)
  }

  @Test(
    "P2: A pause or cancellation that its worker left is taken over, with a new epoch",
    arguments: [JobStatus.pausing, .cancelling])
  func takeOver(_ status: JobStatus) throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: status, worker: try queue.deadWorker())
    // A claim leaves it alone, and counts it as held.
    #expect(try queue.claim() == nil)
    let events = try queue.events(job)
    let taken = try #require(try queue.store.write { try queue.jobs.takeOver(job.id, for: queue.worker, in: $0) })
    #expect(taken.status == status && taken.epoch > job.epoch && taken.lease?.owner == queue.worker)
    #expect(try queue.events(job) == events)
    #expect(
      try failure { try queue.finish(job, as: status == .pausing ? .paused(.user) : .cancelled) }?.code == .leaseLost)
    // Nobody else takes it from its new holder.
    #expect(try queue.store.write { try queue.jobs.takeOver(job.id, for: queue.worker, in: $0) } == nil)
    let ended = try queue.finish(taken, as: status == .pausing ? .paused(.user) : .cancelled)
    #expect(ended.status == (status == .pausing ? .paused : .cancelled))
    #expect(try queue.events(job).count == events.count + 1)
  }

  @Test("Only what is pausing or cancelling is taken over", arguments: JobStatus.allCases)
  func takeOverInOtherStatuses(_ status: JobStatus) throws {
    let queue = try QueueFixture()
    let live = try queue.job(in: status)
    #expect(try queue.store.write { try queue.jobs.takeOver(live.id, for: queue.worker, in: $0) } == nil)
    #expect(try queue.current(live) == live)
    #expect(try queue.store.write { try queue.jobs.takeOver("none", for: queue.worker, in: $0) } == nil)
  }

  @Test("A dead worker's running job is claimed, not taken over")
  func takeOverOfARunningJob() throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: .running, worker: try queue.deadWorker())
    #expect(try queue.store.write { try queue.jobs.takeOver(job.id, for: queue.worker, in: $0) } == nil)
    #expect(try queue.current(job) == job)
  }
}
