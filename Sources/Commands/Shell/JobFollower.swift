internal import IndexModel
internal import Indexing

/// Shows jobs as they move through the database, until they are settled.
struct JobFollower {
  enum Purpose: Hashable, Sendable {
    /// `--wait`: sees to it that there is a worker; the exit status is the job's.
    case untilSettled
    /// `status --watch`: looks on.
    case watch
  }

  var service: IndexingService
  var output: Output

  /// Follows the jobs one after the other.
  func follow(_ ids: [String], _ purpose: Purpose) throws -> ExitStatus {
    let signals = SignalInbox()
    var worst = ExitStatus.done
    for id in ids {
      let status = try follow(id, purpose, signals)
      if status == .interrupted || status == .terminated { return status }
      if worst == .done { worst = status }
    }
    return worst
  }

  private func follow(_ id: String, _ purpose: Purpose, _ signals: SignalInbox) throws -> ExitStatus {
    var display = JobDisplay(output: output)
    var saidInterrupted = false
    while true {
      let job = try service.job(id)
      display.show(job)
      if JobFigures(job: job).isSettled {
        try display.finish(job)
        return ExitStatus(of: job)
      }
      if job.interrupted, purpose == .watch, !saidInterrupted {
        saidInterrupted = true
        output.note("Its worker is gone. To go on: indexer resume \(job.id)")
      }
      if purpose == .untilSettled, display.isTimeForWorker { try service.ensureWorker() }
      if let request = signals.wait(milliseconds: display.interval) {
        display.clear()
        output.note("The job goes on without us. See: indexer status \(job.id)")
        return request == .interrupt ? .interrupted : .terminated
      }
    }
  }
}
