internal import IndexModel
internal import Indexing

/// A job that this process works on while it shows how far it is.
struct ForegroundRun {
  var service: IndexingService
  var output: Output
  /// For the history.
  var actor: String

  /// Runs `job` until it is settled. Ctrl-C pauses it; SIGTERM gives it back to the queue.
  func run(_ job: JobReport) throws -> ExitStatus {
    if !output.isJSON { output.note("job \(job.id); Ctrl-C pauses it") }
    let signals = SignalInbox()
    let worker = WorkerTask(service: service, mode: .untilSettled(job: job.id), signals: signals)
    var display = JobDisplay(output: output)
    var asked: SignalInbox.Request?
    while !worker.isOver {
      // A queue that is busy for a while delays the display; it does not end the run.
      if let now = try? service.job(job.id) {
        display.show(now)
        // Paused: what else this worker may hold is given back.
        if asked == .interrupt, JobFigures(job: now).isSettled { worker.stop.request() }
      }
      guard let request = signals.wait(milliseconds: display.interval), request != asked else { continue }
      asked = request
      obey(request, job.id, worker)
    }
    display.clear()
    // What else waits, or was given back, is not left without a worker; unless this machine is going down.
    if asked != .terminate { try service.ensureWorker() }
    let end = try service.job(job.id)
    if !JobFigures(job: end).isSettled { try worker.result() }
    return try finish(end, asked, display)
  }

  private func obey(_ request: SignalInbox.Request, _ id: String, _ worker: WorkerTask) {
    switch request {
    case .interrupt:
      output.note("Pausing… (Ctrl-C again leaves at once)")
      do {
        _ = try service.control(.pause, id, actor: actor)
      } catch let error as IndexerError where error.code == .conflict {
        // It ended in the meantime, or is being cancelled: it will settle without our doing.
      } catch {
        output.note("The job cannot be paused now; it goes back to the queue: \(error)")
        worker.stop.request()
      }
    case .terminate:
      output.note("Stopping: the job goes back to the queue.")
      worker.stop.request()
    }
  }

  private func finish(_ job: JobReport, _ asked: SignalInbox.Request?, _ display: JobDisplay) throws
    -> ExitStatus
  {
    try display.finish(job)
    switch (asked, job.status) {
    case (_, .completed), (_, .failed), (nil, _): return ExitStatus(of: job)
    case (.interrupt, _): return .interrupted
    case (.terminate, _):
      output.note("To go on: indexer resume \(job.id)")
      return .terminated
    }
  }
}
