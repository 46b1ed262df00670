internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer prune`
struct PruneVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Remove old generations, left-overs of killed jobs, and the history of jobs that ended long ago.",
    discussion: """
      Workers do this by themselves when they start, and once an hour. What a job or a reader uses stays.

      Example:
        indexer prune --dry-run
      """)

  @Flag(help: "Show what would be removed, and remove nothing.")
  var dryRun = false

  @OptionGroup var common: CommonOptions

  func perform(_ session: Session) throws -> ExitStatus {
    let report = try session.service().prune(dryRun: dryRun, actor: session.account.actor)
    try session.output.show(report) { _ in Self.text(report, dryRun: dryRun) }
    return .done
  }

  private static func text(_ report: PruneReport, dryRun: Bool) -> String {
    let verb = dryRun ? "would remove" : "removed"
    var lines = (report.generations + report.directories).map {
      "\(verb) \(PrintableText.escaped($0.path)), \(Quantity.bytes($0.bytes))"
    }
    if report.jobs > 0 { lines.append("\(verb) \(Quantity.count(report.jobs, "job")) from the history") }
    return lines.isEmpty ? "Nothing to remove.\n" : lines.joined(separator: "\n") + "\n"
  }
}
