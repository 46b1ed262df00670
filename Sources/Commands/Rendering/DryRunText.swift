internal import IndexModel

/// `start --dry-run` for people.
struct DryRunText {
  var report: DryRunReport
  var style: TextStyle

  var text: String {
    var lines = [style.paint("Would index \(PrintableText.escaped(report.directory))", .bold)]
    func add(_ label: String, _ value: String) {
      if !value.isEmpty { lines.append("  \(label): \(value)") }
    }
    add("found", "\(Quantity.count(report.found, "file")), \(Quantity.bytes(report.bytes))")
    add("to index", "\(Quantity.count(report.new)) new, \(Quantity.count(report.changed)) changed")
    add("unchanged", report.unchanged > 0 ? Quantity.count(report.unchanged) : "")
    add("skipped", JobFigures.reasons(report.skipped))
    add("failed", JobFigures.reasons(report.failed))
    add("to remove", report.removed > 0 ? Quantity.count(report.removed) : "")
    add("ignored", JobFigures.ignored(report.ignored, by: report.ignoredBy))
    return lines.map { $0 + "\n" }.joined()
  }
}
