internal import IndexModel

/// What a foreground or followed job says at its end.
struct JobSummary {
  var job: JobReport
  var style: TextStyle
  var now = Timestamp.now()

  var text: String {
    let figures = JobFigures(job: job)
    var lines = [headline(figures)]
    if let error = job.error { lines.append("  \(error.code): \(PrintableText.escapedLines(error.message))") }
    lines.append("  " + (figures.allIgnored ?? figures.files))
    func add(_ label: String, _ value: String) {
      if !value.isEmpty { lines.append("  \(label): \(value)") }
    }
    add("skipped", JobFigures.reasons(job.reasons.skipped))
    add("failed", JobFigures.reasons(job.reasons.failed))
    add("removed", job.files.removed > 0 ? Quantity.count(job.files.removed) : "")
    if figures.allIgnored == nil {
      add("ignored", JobFigures.ignored(job.files.ignored, by: job.ignoredBy))
    } else {
      lines.append("  To index them all the same: indexer start --no-ignore \(ShellWord.quoted(job.directory))")
    }
    if job.files.failed > 0 { lines.append("  Failed files: indexer status \(job.id) --files failed") }
    if let remedy = figures.remedy { lines.append("  To go on: \(remedy)") }
    if job.status == .completed, job.files.indexed + job.files.unchanged > 0 {
      lines.append("  Search: indexer search --project \(ShellWord.quoted(job.project)) WORDS")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func headline(_ figures: JobFigures) -> String {
    let place = PrintableText.escaped(job.directory)
    let state = job.status == .completed ? "Indexed" : capitalised(figures.state) + ":"
    let time = figures.seconds(at: now).map { " in " + Quantity.duration($0) } ?? ""
    let volume = job.bytes.done > 0 ? " (\(Quantity.bytes(job.bytes.done)))" : ""
    return style.paint("\(state) \(place)", .bold) + time + volume
  }

  private func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
