internal import IndexModel

/// What `pause`, `resume` and `cancel` say.
struct JobSentence {
  var job: JobReport

  func text(after request: ControlRequest, style: TextStyle) -> String {
    let name = style.isTerminal ? "\(job.id) (\(PrintableText.escaped(job.directory)))" : job.id
    let state = style.paint(job.status.rawValue, JobFigures(job: job).colour)
    return switch (request, job.status) {
    case (.pause, .paused): "\(name) \(state); to go on: indexer resume \(job.id)"
    case (.cancel, .cancelled) where job.kind == .snapshot:
      "\(name) \(state); nothing of what it was building stays"
    case (.cancel, .cancelled): "\(name) \(state); what was indexed so far stays"
    default: "\(name) \(state)"
    }
  }
}
