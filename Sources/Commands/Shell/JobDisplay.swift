internal import IndexModel

/// Shows one job's progress: a line that is redrawn on a terminal, a line every few seconds elsewhere, a job a
/// second with `--json`.
struct JobDisplay {
  private let output: Output
  private let clock = ContinuousClock()
  private var lastLine: ContinuousClock.Instant
  private var lastWorkerCheck: ContinuousClock.Instant
  private var isFirst = true

  init(output: Output) {
    self.output = output
    lastLine = clock.now
    lastWorkerCheck = clock.now
  }

  /// Milliseconds until the next look.
  var interval: Int32 { output.noteStyle.isTerminal || !output.isJSON ? 200 : 500 }

  /// True every few seconds.
  var isTimeForWorker: Bool {
    mutating get {
      guard clock.now - lastWorkerCheck >= .seconds(5) else { return false }
      lastWorkerCheck = clock.now
      return true
    }
  }

  mutating func show(_ job: JobReport) {
    let line = ProgressLine(job: job)
    if output.noteStyle.isTerminal, !output.isJSON {
      output.progress(
        line.text(columns: Outlets.columns(of: 2), style: output.noteStyle, now: .now()))
      return
    }
    let pause: Duration = output.isJSON ? .seconds(1) : .seconds(5)
    guard clock.now - lastLine >= pause || isFirst && output.isJSON else { return }
    isFirst = false
    lastLine = clock.now
    if output.isJSON {
      // The last one comes from `finish`. A reader that has left does not stop the job.
      if !JobFigures(job: job).isSettled { try? output.show(job) { _ in "" } }
    } else {
      output.note(line.plain(now: .now()))
    }
  }

  /// Takes the line away.
  func clear() { output.progress("") }

  /// Shows how it ended.
  func finish(_ job: JobReport) throws {
    clear()
    try output.show(job) { JobSummary(job: job, style: $0).text }
  }
}
