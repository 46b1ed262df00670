import GRDB
import Glibc
import IndexModel
import Projects
import SQLiteStore
import TestSupport
import Testing

@testable import Jobs

@Suite("JobQueue: enqueue")
struct EnqueueTests {
  @Test("A job keeps everything it was made with, and begins its history")
  func accepted() throws {
    let queue = try QueueFixture()
    var new = try queue.new(priority: -3)
    new.directory = "/p/with \"quotes\", ünïcode\nand lines"
    new.options = JobOptions(
      walk: WalkOptions(
        recursive: false, include: ["*.c"], exclude: ["b/"], useIgnoreFiles: false, maximumFileSize: 5))
    new.requestedBy = "cli:ann"
    let enqueued = try queue.store.write { try queue.jobs.enqueue(new, limit: 1, in: $0) }
    guard case .accepted(let job, let twins) = enqueued else { throw Unexpected("refused") }
    #expect(twins.isEmpty)
    #expect(try queue.current(job) == job)
    #expect(job.status == .queued && job.priority == -3 && job.directory == new.directory)
    #expect(job.options == new.options)
    #expect(job.progress == JobProgress() && job.attempt == Job.Attempt() && job.epoch == 0 && job.lease == nil)
    let events = try queue.events(job)
    #expect(events.map(\.kind) == [.created])
    #expect(events[0].from == nil && events[0].to == .queued && events[0].actor == "cli:ann")
  }

  @Test("A second job for a directory is accepted, and names the unfinished first")
  func twins() throws {
    let queue = try QueueFixture()
    let first = try queue.job(in: .paused)
    try queue.job(in: .completed, project: "q")
    let new = try queue.new()
    let enqueued = try queue.store.write { try queue.jobs.enqueue(new, limit: 10, in: $0) }
    guard case .accepted(_, let twins) = enqueued else { throw Unexpected("refused") }
    #expect(twins.map(\.id) == [first.id])
  }

  @Test(
    "A duplicate is refused while the first is not finished: an event on it, and no job",
    arguments: JobStatus.allCases)
  func duplicate(of status: JobStatus) throws {
    let queue = try QueueFixture()
    let first = try queue.job(in: status)
    let before = try queue.rows("indexing_jobs")
    var new = try queue.new()
    new.refuseDuplicate = true
    let enqueued = try queue.store.write { try queue.jobs.enqueue(new, limit: 10, in: $0) }
    switch status {
    case .queued, .running, .pausing, .paused, .cancelling:
      #expect(enqueued == .refusedDuplicate(try queue.current(first)))
      #expect(try queue.rows("indexing_jobs") == before)
      let event = try #require(try queue.events(first).last)
      #expect(event.kind == .refusedDuplicate && event.actor == "test" && event.from == nil && event.to == nil)
    case .cancelled, .failed, .completed:
      guard case .accepted(_, let twins) = enqueued else { throw Unexpected("refused") }
      #expect(twins.isEmpty)
    }
  }

  @Test("P9: A full queue refuses: an event without a job, and no job")
  func full() throws {
    let queue = try QueueFixture()
    try queue.enqueue("a")
    try queue.enqueue("b")
    let new = try queue.new("c")
    #expect(
      try queue.store.write { try queue.jobs.enqueue(new, limit: 2, in: $0) } == .refusedFull(limit: 2))
    #expect(try queue.rows("indexing_jobs").count == 2)
    let event = try #require(try queue.rows("job_events").last)
    #expect(event["kind"] == "refused_full")
    #expect(event["job_id"] == nil)
    #expect(event["actor"] == "test")
    // Only what waits counts: a job that runs makes room.
    _ = try queue.claim()
    guard case .accepted = try queue.store.write({ try queue.jobs.enqueue(new, limit: 2, in: $0) }) else {
      throw Unexpected("refused")
    }
  }

  @Test("P1: A job whose process is killed right after the enqueue returned is there")
  func survivesKill() async throws {
    let scratch = try Scratch("jobs")
    let path = scratch.path("data")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let directory = try DataDirectory(path: path)
      let store = try QueueFixture.open(directory)
      let jobs = JobQueue(host: try HostProcess())
      let projects = ProjectStore()
      try store.write { db in
        let project = try projects.create(name: "p", in: db)
        let source = try projects.addSource("/p", options: WalkOptions(), to: project, in: db)
        let new = NewJob(
          projectID: project.id, sourceID: source.id, directory: "/p", options: JobOptions(), requestedBy: "test")
        _ = try jobs.enqueue(new, limit: 1, in: db)
      }
      kill(getpid(), SIGKILL)
    }
    let store = try QueueFixture.open(try DataDirectory(path: path))
    #expect(try store.read { try String.fetchAll($0, sql: "SELECT status FROM indexing_jobs") } == ["queued"])
  }
}
