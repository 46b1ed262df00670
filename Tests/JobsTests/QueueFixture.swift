import Foundation
import GRDB
import IndexModel
import Projects
import SQLiteStore
import Synchronization
import TestSupport

@testable import Jobs

/// A clock that a test moves: each look is a millisecond later.
final class TestClock: Sendable {
  static let start: Int64 = 1_700_000_000_000
  private let milliseconds = Mutex(TestClock.start)

  func now() -> Timestamp {
    milliseconds.withLock {
      $0 += 1
      return Timestamp(milliseconds: $0)
    }
  }

  func advance(by distance: Int64) { milliseconds.withLock { $0 += distance } }
}

/// A new `queue.db` in a directory of its own, and shorthand for what tests do with it.
final class QueueFixture: Sendable {
  let scratch: Scratch
  let directory: DataDirectory
  let store: StoreFile
  let host: HostProcess
  let jobs: JobQueue
  let clock = TestClock()
  let projects = ProjectStore()

  /// - Parameter path: of a data directory that another fixture has made; nil for a new one.
  init(at path: String? = nil) throws {
    scratch = try Scratch("jobs")
    directory = try DataDirectory(path: path ?? scratch.path("data"))
    store = try Self.open(directory)
    host = try HostProcess()
    jobs = JobQueue(host: host, now: { [clock] in clock.now() })
  }

  static func open(_ directory: DataDirectory) throws -> StoreFile {
    try StoreFile(
      path: directory.queueFile, schema: .queue, access: .readWrite(.powerLoss), lock: directory.queueLock)
  }

  /// The first worker slot of this process: alive.
  var worker: WorkerIdentity { host.identity(slot: 0) }

  /// A worker of this boot whose process has ended.
  func deadWorker() throws -> WorkerIdentity {
    WorkerIdentity(
      bootID: host.bootID, pidNamespace: host.pidNamespace, pid: try Program.deadPID(), processStart: 1, slot: 0)
  }

  /// A worker of the boot before this one.
  var workerOfLastBoot: WorkerIdentity {
    WorkerIdentity(
      bootID: "00000000-0000-0000-0000-000000000000", pidNamespace: host.pidNamespace, pid: 1, processStart: 1,
      slot: 0)
  }

  /// A worker in another pid namespace: whether it lives, only its lease can tell.
  var workerElsewhere: WorkerIdentity {
    WorkerIdentity(
      bootID: host.bootID, pidNamespace: host.pidNamespace &+ 1, pid: 1, processStart: 1, slot: 0)
  }

  /// The same queue, with leases that have run out when they are given.
  var expiring: JobQueue {
    var queue = jobs
    queue.leases.duration = -1
    return queue
  }

  // MARK: Making

  /// A project with one source, made once.
  func source(_ project: String = "p") throws -> (project: Project, source: Source) {
    try store.write { db in
      if let found = try projects.find(name: project, in: db) {
        return (found, try projects.sources(of: found.id, in: db)[0])
      }
      let made = try projects.create(name: project, in: db)
      let source = try projects.addSource("/\(project)", options: WalkOptions(), to: made, in: db)
      return (made, source)
    }
  }

  func new(_ project: String = "p", priority: Int = 0, directory: String? = nil) throws -> NewJob {
    let (owner, source) = try source(project)
    return NewJob(
      projectID: owner.id, sourceID: source.id, directory: directory ?? source.path, options: JobOptions(),
      priority: priority, requestedBy: "test")
  }

  @discardableResult
  func enqueue(_ project: String = "p", priority: Int = 0) throws -> Job {
    let new = try new(project, priority: priority)
    guard case .accepted(let job, _) = try store.write({ try jobs.enqueue(new, limit: .max, in: $0) }) else {
      throw Unexpected("the job was refused")
    }
    return job
  }

  func claim(_ worker: WorkerIdentity? = nil, limit: Int = 3) throws -> Job? {
    try store.write { try jobs.claim(for: worker ?? self.worker, limit: limit, in: $0) }
  }

  @discardableResult
  func control(_ job: Job, _ request: ControlRequest) throws -> Job {
    try store.write { try jobs.control(job.id, request, actor: "ann", in: $0) }
  }

  @discardableResult
  func finish(_ job: Job, as ending: JobQueue.Ending, progress: JobProgress = JobProgress()) throws -> Job {
    try store.write { try jobs.finish(job, as: ending, progress: progress, in: $0) }
  }

  /// A new job of `project` that has come to `status` in the ordinary way, held (where held) by `worker`.
  @discardableResult
  func job(
    in status: JobStatus, project: String = "p", worker: WorkerIdentity? = nil, of queue: JobQueue? = nil
  ) throws -> Job {
    let made = try enqueue(project)
    switch status {
    case .queued: return made
    case .paused: return try control(made, .pause)
    case .cancelled: return try control(made, .cancel)
    case .running, .pausing, .cancelling, .failed, .completed: break
    }
    let claimed = try store.write { db in
      try (queue ?? jobs).claim(for: worker ?? self.worker, limit: 1000, in: db)
    }
    guard let claimed, claimed.id == made.id else { throw Unexpected("another job was claimed") }
    return switch status {
    case .pausing: try control(claimed, .pause)
    case .cancelling: try control(claimed, .cancel)
    case .failed: try finish(claimed, as: .failed(IndexerError(.rootUnavailable, "no such directory")))
    case .completed: try finish(claimed, as: .completed)
    case .queued, .running, .paused, .cancelled: claimed
    }
  }

  // MARK: Looking

  func current(_ job: Job) throws -> Job {
    guard let found = try store.read({ try jobs.find(job.id, in: $0) }) else { throw Unexpected("the job is gone") }
    return found
  }

  func events(_ job: Job) throws -> [JobEvent] { try store.read { try jobs.events(of: job.id, in: $0) } }

  /// Such as `queued running claimed`, `created` left out.
  func moves(_ job: Job) throws -> [String] {
    try events(job).filter { $0.kind == .moved }.map { event in
      [event.from?.rawValue, event.to?.rawValue, event.reason].compactMap(\.self).joined(separator: " ")
    }
  }

  /// Everything in the table, to compare before and after.
  func rows(_ table: String) throws -> [Row] {
    try store.read { try Row.fetchAll($0, sql: "SELECT * FROM \(table) ORDER BY rowid") }
  }
}

struct Unexpected: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
