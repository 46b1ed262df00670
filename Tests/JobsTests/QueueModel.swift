import IndexModel

/// The queue as the design describes it, in a few arrays: what the SQLite file is compared with, command by command.
struct QueueModel {
  struct Entry: Hashable {
    var project: Int
    var priority: Int
    var status = JobStatus.queued
    /// Of the latest claim; 0: never claimed.
    var epoch: Int64 = 0
    var attempt = 0
    var pauseReason: PauseReason?
    /// Rows of its history.
    var events = 1
    var loss: Loss?

    /// All of it that can be seen in the file.
    var state: String {
      "\(status) epoch \(epoch) attempt \(attempt) \(pauseReason?.rawValue ?? "-") events \(events)"
        + (status.isActive ? " held" : "")
    }
  }

  /// How a worker has lost its job, without anybody having taken it over yet.
  enum Loss: Hashable, Codable {
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
      return finish(job, ending)
    case .control(let job, let request): return control(job, request)
    case .reopen: return .done
    }
  }

  /// The process that held all of the jobs that are held ends.
  mutating func loseAll() {
    for job in jobs.indices where jobs[job].status.isActive { jobs[job].loss = .killed }
  }

  private mutating func claim(_ limit: Int) -> Answer {
    guard jobs.count(where: { $0.status.isActive && $0.loss == nil }) < limit else { return .nothing }
    let held = Set(jobs.filter(\.status.isActive).map(\.project))
    let due = jobs.indices.filter { jobs[$0].status == .queued && !held.contains(jobs[$0].project) }
    let gone = jobs.indices.filter { jobs[$0].status == .running && jobs[$0].loss != nil }
    guard let next = (due + gone).min(by: { (-jobs[$0].priority, $0) < (-jobs[$1].priority, $1) }) else {
      return .nothing
    }
    _ = move(next, to: .running)
    jobs[next].attempt += 1
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

  /// An orderly stop uses no attempt up.
  private mutating func finish(_ job: Int, _ ending: QueueCommand.Ending) -> Answer {
    let before = jobs[job].status
    let status = status(after: ending, from: before)
    _ = move(job, to: status)
    if [.paused, .queued].contains(status) { jobs[job].attempt -= 1 }
    if status == .paused { jobs[job].pauseReason = ending == .diskLow && before == .running ? .diskLow : .user }
    return .done
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
      if status == .pausing { return .done }
      if status == .paused {
        makeUsersOwn(job)
        return .done
      }
      return move(job, to: isRunning ? .pausing : .paused)
    case .resume:
      if status == .queued || status == .running { return .done }
      return move(job, to: isRunning ? .running : .queued)
    case .cancel:
      if status == .cancelling || status == .cancelled { return .done }
      return move(job, to: isRunning ? .cancelling : .cancelled)
    }
  }

  private mutating func makeUsersOwn(_ job: Int) {
    guard jobs[job].pauseReason == .diskLow else { return }
    jobs[job].pauseReason = .user
    jobs[job].events += 1
  }

  private mutating func move(_ job: Int, to status: JobStatus) -> Answer {
    guard Self.moves[jobs[job].status]!.contains(status) else { return .refused(.conflict) }
    jobs[job].status = status
    jobs[job].events += 1
    jobs[job].pauseReason = status == .paused ? .user : nil
    if !status.isActive { jobs[job].loss = nil }
    return .done
  }
}

/// One thing that somebody does to the queue. Jobs are named by the order of their making.
enum QueueCommand: Hashable, Codable, CustomStringConvertible {
  enum Ending: CaseIterable, Hashable, Codable { case completed, failed, diskLow, userPause, handedBack }

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
