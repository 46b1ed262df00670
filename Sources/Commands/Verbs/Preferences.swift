internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer preferences`
struct PreferencesVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "preferences",
    abstract: "Choose which columns of tables are searched, and which are only shown.",
    discussion: """
      Without options it prints the choice. With options it replaces all of it; the sources' next run reads their \
      tables again, and until then searches answer as before. A table that lacks a searched column is skipped.

      Example:
        indexer preferences --project sales --search region --search notes --context amount
        indexer start --all
      """)

  @Option(help: ArgumentHelp("The project; needed when there are several.", valueName: "name"))
  var project: String?

  @Option(help: ArgumentHelp("A column that is searched; may be repeated.", valueName: "column"))
  var search: [String] = []

  @Option(
    help: ArgumentHelp("A column that is shown with a hit, and not searched; may be repeated.", valueName: "column"))
  var context: [String] = []

  @Flag(help: "Search all columns again.")
  var reset = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if reset, !search.isEmpty || !context.isEmpty { throw ValidationError("--reset goes with no columns.") }
  }

  func perform(_ session: Session) throws -> ExitStatus {
    let service = try session.service()
    let isChange = reset || !search.isEmpty || !context.isEmpty
    let columns = ColumnPreferences(searched: search, context: context)
    let report =
      try isChange
      ? service.setPreferences(columns, of: project, actor: session.account.actor) : service.preferences(of: project)
    try session.output.show(report) { _ in Self.text(report) }
    return .done
  }

  private static func text(_ report: PreferencesReport) -> String {
    func names(_ columns: [String]) -> String {
      columns.map { PrintableText.escaped($0) }.joined(separator: ", ")
    }
    var lines = [
      "searched  \(report.searched.isEmpty ? "all columns that are not only shown" : names(report.searched))",
      "shown     \(report.context.isEmpty ? "none beside these" : names(report.context))",
    ]
    if !report.due.isEmpty {
      lines.append("due       \(report.due.map { PrintableText.escaped($0) }.joined(separator: "\n          "))")
      lines.append("Their tables were read with another choice. Read them again: indexer start --all")
    }
    return lines.joined(separator: "\n")
  }
}
