import GRDB
import IndexModel
import SQLiteStore
import TestSupport
import Testing

@testable import Jobs

@Suite("JobQueue: the state machine")
struct StateMachineTests {
  struct Move: Sendable, CustomTestStringConvertible {
    var from: JobStatus
    var to: JobStatus
    var testDescription: String { "\(from.rawValue) to \(to.rawValue)" }

    static let all = JobStatus.allCases.flatMap { from in JobStatus.allCases.map { Move(from: from, to: $0) } }
  }

  @Test("A legal move writes one event, an illegal one is a conflict that leaves none", arguments: Move.all)
  func move(_ move: Move) throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: move.from)
    let before = (try queue.rows("indexing_jobs"), try queue.events(job).count)
    let lease = Job.Lease(owner: queue.worker, expires: queue.host.uptime + 1000)
    let error = try failure {
      try queue.store.write { db in
        _ = try queue.jobs.move(job, to: move.to, actor: "ann", reason: "why", in: db) { moved in
          if move.to.isActive { moved.lease = lease }
          if move.to == .paused { moved.pauseReason = .user }
        }
      }
    }
    if move.from.successors.contains(move.to) {
      #expect(error == nil)
      #expect(try queue.current(job).status == move.to)
      #expect(try queue.events(job).count == before.1 + 1)
      let event = try #require(try queue.events(job).last)
      #expect(event.kind == .moved && event.from == move.from && event.to == move.to)
      #expect(event.actor == "ann" && event.reason == "why")
    } else {
      #expect(error?.code == .conflict)
      #expect(error?.details["status"] == move.from.rawValue)
      #expect(error?.message.contains(move.from.rawValue) == true)
      #expect(try queue.rows("indexing_jobs") == before.0)
      #expect(try queue.events(job).count == before.1)
    }
  }

  @Test("A move of a job that has moved on meanwhile is refused and leaves no event")
  func moveOfAStaleJob() throws {
    let queue = try QueueFixture()
    let seen = try queue.job(in: .queued)
    try queue.control(seen, .pause)
    let events = try queue.events(seen).count
    let error = try failure {
      try queue.store.write { _ = try queue.jobs.move(seen, to: .cancelled, actor: "ann", reason: nil, in: $0) }
    }
    #expect(error?.code == .conflict)
    #expect(try queue.current(seen).status == .paused)
    #expect(try queue.events(seen).count == events)
  }

  struct Ask: Sendable, CustomTestStringConvertible {
    var request: ControlRequest
    var status: JobStatus
    /// Where the job is afterwards; nil: refused.
    var result: JobStatus?
    var testDescription: String { "\(request.rawValue) a \(status.rawValue) job" }

    static let all: [Ask] = [
      Ask(request: .pause, status: .queued, result: .paused),
      Ask(request: .pause, status: .running, result: .pausing),
      Ask(request: .pause, status: .pausing, result: .pausing),
      Ask(request: .pause, status: .paused, result: .paused),
      Ask(request: .pause, status: .cancelling, result: nil),
      Ask(request: .pause, status: .cancelled, result: nil),
      Ask(request: .pause, status: .failed, result: nil),
      Ask(request: .pause, status: .completed, result: nil),
      Ask(request: .resume, status: .queued, result: .queued),
      Ask(request: .resume, status: .running, result: .running),
      Ask(request: .resume, status: .pausing, result: .running),
      Ask(request: .resume, status: .paused, result: .queued),
      Ask(request: .resume, status: .cancelling, result: nil),
      Ask(request: .resume, status: .cancelled, result: nil),
      Ask(request: .resume, status: .failed, result: .queued),
      Ask(request: .resume, status: .completed, result: nil),
      Ask(request: .cancel, status: .queued, result: .cancelled),
      Ask(request: .cancel, status: .running, result: .cancelling),
      Ask(request: .cancel, status: .pausing, result: .cancelling),
      Ask(request: .cancel, status: .paused, result: .cancelled),
      Ask(request: .cancel, status: .cancelling, result: .cancelling),
      Ask(request: .cancel, status: .cancelled, result: .cancelled),
      Ask(request: .cancel, status: .failed, result: .cancelled),
      Ask(request: .cancel, status: .completed, result: nil),
    ]
  }

  @Test("Pause, resume and cancel in every status", arguments: Ask.all)
  func control(_ ask: Ask) throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: ask.status)
    let before = try queue.events(job).count
    let error = try failure { try queue.control(job, ask.request) }
    let after = try queue.current(job)
    let events = try queue.events(job)
    if let result = ask.result {
      #expect(error == nil)
      #expect(after.status == result)
      #expect(events.count == before + (result == ask.status ? 0 : 1))
      if result != ask.status {
        #expect(events.last?.actor == "ann")
        #expect(events.last?.from == ask.status && events.last?.to == result)
      }
      if result == .paused { #expect(after.pauseReason == .user) }
      if !result.isActive { #expect(after.lease == nil) }
    } else {
      #expect(error?.code == .conflict)
      #expect(error?.details == ["job": job.id, "status": ask.status.rawValue])
      #expect(error?.message.contains("is \(ask.status.rawValue)") == true)
      #expect(after == job)
      #expect(events.count == before)
    }
  }

  @Test("A request for a job that there is not is not found", arguments: ControlRequest.allCases)
  func unknown(_ request: ControlRequest) throws {
    let queue = try QueueFixture()
    let error = try failure {
      try queue.store.write { _ = try queue.jobs.control("none", request, actor: "ann", in: $0) }
    }
    #expect(error?.code == .notFound)
    #expect(try queue.rows("job_events").isEmpty)
  }

  struct End: Sendable, CustomTestStringConvertible {
    var status: JobStatus
    var ending: JobQueue.Ending
    /// Where the job is afterwards; nil: refused.
    var result: JobStatus?
    var testDescription: String { "\(status.rawValue): \(ending)" }

    static let failure = IndexerError(.rootUnavailable, "gone")
    static let held: [End] = [
      End(status: .running, ending: .completed, result: .completed),
      End(status: .running, ending: .cancelled, result: nil),
      End(status: .running, ending: .handedBack, result: .queued),
      End(status: .running, ending: .paused(.user), result: .queued),
      End(status: .running, ending: .paused(.diskLow), result: .paused),
      End(status: .running, ending: .failed(failure), result: .failed),
      // What is done is done; a worker that stops while it is asked to pause has paused.
      End(status: .pausing, ending: .completed, result: .completed),
      End(status: .pausing, ending: .cancelled, result: nil),
      End(status: .pausing, ending: .handedBack, result: .paused),
      End(status: .pausing, ending: .paused(.user), result: .paused),
      End(status: .pausing, ending: .paused(.diskLow), result: .paused),
      End(status: .pausing, ending: .failed(failure), result: .failed),
      // A cancellation stands in any case.
      End(status: .cancelling, ending: .completed, result: .cancelled),
      End(status: .cancelling, ending: .cancelled, result: .cancelled),
      End(status: .cancelling, ending: .handedBack, result: .cancelled),
      End(status: .cancelling, ending: .paused(.user), result: .cancelled),
      End(status: .cancelling, ending: .paused(.diskLow), result: .cancelled),
      End(status: .cancelling, ending: .failed(failure), result: .cancelled),
    ]
  }

  @Test("A worker ends its hold as the state machine has it, and heeds what was asked meanwhile", arguments: End.held)
  func finish(_ end: End) throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: end.status)
    let before = try queue.events(job).count
    var progress = JobProgress()
    progress.files.found = 7
    progress.files.indexed = 7
    progress.current = [FileAtWork(path: "/p/a", since: Timestamp(milliseconds: 1))]
    let error = try failure { try queue.finish(job, as: end.ending, progress: progress) }
    let after = try queue.current(job)
    guard let result = end.result else {
      #expect(error?.code == .conflict)
      #expect(after == job)
      #expect(try queue.events(job).count == before)
      return
    }
    #expect(error == nil)
    #expect(after.status == result)
    #expect(after.lease == nil)
    #expect(after.progress.files.indexed == 7)
    #expect(after.progress.current.isEmpty)
    let events = try queue.events(job)
    #expect(events.count == before + 1)
    #expect(events.last?.from == end.status && events.last?.to == result)
    #expect((after.completedAt != nil) == [.completed, .failed, .cancelled].contains(result))
    #expect((after.failure?.code == "root_unavailable") == (result == .failed))
    let pausedItself = end.status == .running && end.ending == .paused(.diskLow)
    #expect(after.pauseReason == (result != .paused ? nil : pausedItself ? .diskLow : .user))
    #expect((after.failure?.code == "disk_low") == pausedItself)
    // An orderly stop does not use up an attempt.
    #expect(after.attempt.number == ([.queued, .paused].contains(result) ? 0 : 1))
  }

  @Test("P2: Nobody ends a hold that there is not", arguments: JobStatus.allCases.filter { !$0.isActive })
  func finishOfAJobThatIsNotHeld(_ status: JobStatus) throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: status)
    let before = try queue.events(job).count
    for end in End.held where end.status == .running {
      #expect(try failure { try queue.finish(job, as: end.ending) }?.code == .leaseLost)
    }
    #expect(try queue.current(job) == job)
    #expect(try queue.events(job).count == before)
  }

  @Test("A failed job that is resumed is due again, without its failure")
  func resumeOfAFailedJob() throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: .failed)
    let resumed = try queue.control(job, .resume)
    #expect(resumed.failure == nil)
    #expect(resumed.completedAt == nil)
    #expect(try queue.claim()?.id == job.id)
  }

  @Test("P5: A job that paused itself goes on by itself, and no longer when its user pauses it")
  func diskLow() throws {
    let queue = try QueueFixture()
    let selfPaused = try queue.finish(try queue.job(in: .running, project: "a"), as: .paused(.diskLow))
    let pausedByUser = try queue.job(in: .paused, project: "b")
    let both = try queue.finish(try queue.job(in: .running, project: "c"), as: .paused(.diskLow))
    let claimed = try queue.control(both, .pause)
    #expect(claimed.pauseReason == .user)
    #expect(try queue.moves(both).last == "paused paused user")

    try queue.store.write { try queue.jobs.resumeSelfPaused(actor: "janitor", in: $0) }
    #expect(try queue.current(selfPaused).status == .queued)
    #expect(try queue.current(selfPaused).failure == nil)
    #expect(try queue.current(pausedByUser).status == .paused)
    #expect(try queue.current(both).status == .paused)
    #expect(try queue.moves(selfPaused).last == "paused queued there is room again")
  }

  @Test("Pausing what is paused, twice, writes nothing more")
  func pauseTwice() throws {
    let queue = try QueueFixture()
    let job = try queue.job(in: .paused)
    let before = try queue.rows("indexing_jobs")
    try queue.control(job, .pause)
    #expect(try queue.rows("indexing_jobs") == before)
    #expect(try queue.moves(job) == ["queued paused pause"])
  }
}
