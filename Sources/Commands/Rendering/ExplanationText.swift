internal import IndexModel

/// `why PATH` for people.
struct ExplanationText {
  var explanation: FileExplanation
  var style: TextStyle

  var text: String {
    var lines = [
      style.paint(PrintableText.escaped(explanation.path), .bold) + ": "
        + style.paint(explanation.verdict.rawValue, colour),
      "  " + PrintableText.escapedLines(explanation.explanation),
    ]
    if let rule = explanation.rule { lines.append("  rule: " + PrintableText.escaped(rule)) }
    if let project = explanation.project { lines.append("  project: " + PrintableText.escaped(project)) }
    if let file = explanation.recorded {
      let reason = file.reason.map { " (\($0))" } ?? ""
      let time = file.indexedAt.map { " at \($0)" } ?? ""
      let units = file.units > 0 ? ", " + Quantity.count(file.units, "unit") : ""
      lines.append("  recorded: \(file.outcome.rawValue)\(reason)\(time)\(units)")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private var colour: TextStyle.Colour {
    switch explanation.verdict {
    case .upToDate: .green
    case .due: .blue
    case .skipped, .ignored, .outside: .yellow
    case .missing, .unreadable: .red
    }
  }
}
