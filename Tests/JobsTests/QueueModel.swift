import IndexModel

/// The queue as the design describes it, in a few arrays: what the SQLite file is compared with, command by command.
struct QueueModel {
  struct Entry: Hashable {
    var project: Int
    var priority: Int
    var status = JobStatus.queued
    /// Of the latest claim; 0: never claimed.
    var epoch: Int64 = 0
    var loss: Loss?
  }

  /// How a worker has lost its job, without anybody having taken it over yet.
  enum Loss: Hashable {
    /// It is dead.
    case killed
    /// It was late: a report of its own renews the lease.
    case expired
  }

  /// In order of their making.
  private(set) var jobs: [Entry] = []
  private var lastEpoch: Int64 = 0

  /// What a command did.
  enum Answer: Hashable {
    case done
    case nothing
    case refused(IndexerError.Code)
    /// The job with this number was claimed.
    case claimed(Int)
  }

  /// What from where, as the design's table has it.
  private static let moves: [JobStatus: Set<JobStatus>] = [
    .queued: [.running, .paused, .cancelled],
    .running: [.pausing, .cancelling, .paused, .queued, .completed, .failed, .running],
    .pausing: [.paused, .running, .cancelling, .completed, .failed],
    .paused: [.queued, .cancelled],
    .cancelling: [.cancelled],
    .failed: [.queued, .cancelled],
    .completed: [], .cancelled: [],
  ]

  mutating func apply(_ command: QueueCommand) -> Answer {
    switch command {
    case .enqueue(let project, let priority):
      jobs.append(Entry(project: project, priority: priority))
      return .done
    case .claim(let limit): return claim(limit)
    case .lose(let job, let loss):
      if jobs.indices.contains(job), jobs[job].status.isActive, jobs[job].loss != .killed { jobs[job].loss = loss }
      return .done
    case .takeOver(let job):
      guard jobs.indices.contains(job), [.pausing, .cancelling].contains(jobs[job].status), jobs[job].loss != nil
      else {
        return .nothing
      }
      hold(job)
      return .done
    case .report(let job, let epoch):
      guard isHeld(job, epoch) else { return .refused(.leaseLost) }
      if jobs[job].loss == .expired { jobs[job].loss = nil }
      return .done
    case .finish(let job, let epoch, let ending):
      guard isHeld(job, epoch) else { return .refused(.leaseLost) }
      return move(job, to: status(after: ending, from: jobs[job].status))
    case .control(let job, let request): return control(job, request)
    case .reopen: return .done
    }
  }

  private mutating func claim(_ limit: Int) -> Answer {
    guard jobs.count(where: { $0.status.isActive && $0.loss == nil }) < limit else { return .nothing }
    let held = Set(jobs.filter(\.status.isActive).map(\.project))
    let due = jobs.indices.filter { jobs[$0].status == .queued && !held.contains(jobs[$0].project) }
    let gone = jobs.indices.filter { jobs[$0].status == .running && jobs[$0].loss != nil }
    guard let next = (due + gone).min(by: { (-jobs[$0].priority, $0) < (-jobs[$1].priority, $1) }) else {
      return .nothing
    }
    jobs[next].status = .running
    hold(next)
    return .claimed(next)
  }

  private mutating func hold(_ job: Int) {
    lastEpoch += 1
    jobs[job].epoch = lastEpoch
    jobs[job].loss = nil
  }

  private func isHeld(_ job: Int, _ epoch: Int64) -> Bool {
    jobs.indices.contains(job) && jobs[job].status.isActive && jobs[job].epoch == epoch
  }

  private func status(after ending: QueueCommand.Ending, from status: JobStatus) -> JobStatus {
    if status == .cancelling { return .cancelled }
    return switch ending {
    case .completed: .completed
    case .failed: .failed
    case .diskLow: .paused
    // A pause that was taken back meanwhile leaves the job to the next worker.
    case .userPause: status == .pausing ? .paused : .queued
    case .handedBack: status == .pausing ? .paused : .queued
    }
  }

  private mutating func control(_ job: Int, _ request: ControlRequest) -> Answer {
    guard jobs.indices.contains(job) else { return .refused(.notFound) }
    let status = jobs[job].status
    let isRunning = status.isActive
    switch request {
    case .pause:
      if status == .pausing || status == .paused { return .done }
      return move(job, to: isRunning ? .pausing : .paused)
    case .resume:
      if status == .queued || status == .running { return .done }
      return move(job, to: isRunning ? .running : .queued)
    case .cancel:
      if status == .cancelling || status == .cancelled { return .done }
      return move(job, to: isRunning ? .cancelling : .cancelled)
    }
  }

  private mutating func move(_ job: Int, to status: JobStatus) -> Answer {
    guard Self.moves[jobs[job].status]!.contains(status) else { return .refused(.conflict) }
    jobs[job].status = status
    if !status.isActive { jobs[job].loss = nil }
    return .done
  }
}

/// One thing that somebody does to the queue. Jobs are named by the order of their making.
enum QueueCommand: Hashable, CustomStringConvertible {
  enum Ending: CaseIterable, Hashable { case completed, failed, diskLow, userPause, handedBack }

  case enqueue(project: Int, priority: Int)
  case claim(limit: Int)
  case lose(job: Int, QueueModel.Loss)
  case takeOver(job: Int)
  case report(job: Int, epoch: Int64)
  case finish(job: Int, epoch: Int64, Ending)
  case control(job: Int, ControlRequest)
  /// Another process goes on.
  case reopen

  /// As it is written in Swift, so that a sequence that fails can be kept.
  var description: String {
    switch self {
    case .enqueue(let project, let priority): ".enqueue(project: \(project), priority: \(priority))"
    case .claim(let limit): ".claim(limit: \(limit))"
    case .lose(let job, let loss): ".lose(job: \(job), .\(loss))"
    case .takeOver(let job): ".takeOver(job: \(job))"
    case .report(let job, let epoch): ".report(job: \(job), epoch: \(epoch))"
    case .finish(let job, let epoch, let ending): ".finish(job: \(job), epoch: \(epoch), .\(ending))"
    case .control(let job, let request): ".control(job: \(job), .\(request))"
    case .reopen: ".reopen"
    }
  }
}
