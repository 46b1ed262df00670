internal import IndexModel

/// `status ID` for people: a block of lines, a word in front of each.
struct JobBlock {
  var job: JobReport
  var style: TextStyle
  var now = Timestamp.now()

  var text: String {
    lines.map { label, value in
      style.paint(PrintableText.padded(label, to: 10), .dim) + value + "\n"
    }.joined()
  }

  private var figures: JobFigures { JobFigures(job: job) }

  private var lines: [(String, String)] {
    var lines: [(String, String?)] = [
      ("job", job.id),
      ("project", PrintableText.escaped(job.project)),
      ("directory", PrintableText.escaped(job.directory)),
      ("state", style.paint(figures.state, figures.colour) + attempts),
      ("error", job.error.map { style.paint($0.code, .red) + ": " + PrintableText.escapedLines($0.message) }),
      ("go on", figures.remedy),
      ("files", figures.allIgnored ?? figures.files),
      ("skipped", nonEmpty(JobFigures.reasons(job.reasons.skipped))),
      ("failed", nonEmpty(JobFigures.reasons(job.reasons.failed)).map { $0 + list("failed") }),
      ("removed", count(job.files.removed)),
      ("ignored", figures.allIgnored == nil ? nonEmpty(JobFigures.ignored(job.files.ignored, by: job.ignoredBy)) : nil),
      ("text", job.bytes.found > 0 ? "\(figures.bytes), \(Quantity.count(job.units, "unit"))" : nil),
    ]
    if job.status.isActive, !job.interrupted {
      lines.append(("rate", figures.rate))
      lines.append(("left", job.etaSeconds.map { "about " + Quantity.duration($0) }))
    }
    for file in job.current {
      lines.append(
        ("at work", PrintableText.escaped(file.path) + " (" + Quantity.duration(file.seconds) + ")"))
    }
    lines += [
      ("last file", job.lastIndexedFile.map(PrintableText.escaped)),
      ("worker", job.worker.map { "pid \($0.pid) on \(PrintableText.escaped($0.host))" }),
      ("created", job.createdAt.description),
      ("took", figures.seconds(at: now).map(Quantity.duration)),
    ]
    return lines.compactMap { label, value in value.map { (label, $0) } }
  }

  private var attempts: String { job.attempt > 1 ? ", attempt \(job.attempt)" : "" }

  private func list(_ outcome: String) -> String {
    style.paint("  (indexer status \(job.id) --files \(outcome))", .dim)
  }

  private func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

  private func count(_ value: Int) -> String? { value > 0 ? Quantity.count(value) : nil }
}
