internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer audit`
struct AuditVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Show who did what, the newest first.",
    discussion: """
      Starts, pauses, resumptions and cancellations, what was published, rolled back, exported, imported and removed, \
      preferences and tokens; from the shell, over HTTP and by workers. Kept for a year.

      Example:
        indexer audit --project shop --csv > audit.csv
      """)

  @Option(help: ArgumentHelp("Only of this project.", valueName: "name"))
  var project: String?

  @Option(help: ArgumentHelp("Only by this one, such as cli:ann.", valueName: "who"))
  var actor: String?

  @Option(help: ArgumentHelp("Only this, such as publish.", valueName: "word"))
  var action: AuditEvent.Action?

  @Option(help: ArgumentHelp("At most so many.", valueName: "n"))
  var limit = 100

  @Flag(help: "As comma-separated values.")
  var csv = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit is at least 1.") }
  }

  func perform(_ session: Session) throws -> ExitStatus {
    let events = try session.service().audit(
      AuditFilter(project: project, actor: actor, action: action, limit: limit))
    if csv {
      session.output.text(AuditCSV.text(of: events))
      return .done
    }
    if events.isEmpty, !session.output.isJSON { session.output.note("Nothing was done yet.") }
    try session.output.show(AuditList(events: events)) { style in
      TextTable(
        columns: [
          .init(heading: "AT"), .init(heading: "WHO"), .init(heading: "DID"), .init(heading: "PROJECT"),
          .init(heading: "TO"), .init(heading: "DETAIL", isElastic: true),
        ],
        rows: events.map { event in
          [
            event.at.description, event.actor, event.action.rawValue, event.project ?? "-", event.subject ?? "-",
            event.detail ?? "",
          ].map { .init($0) }
        }
      ).text(style)
    }
    return .done
  }
}

extension AuditEvent.Action: ExpressibleByArgument {}

/// What `audit --json` prints.
struct AuditList: Encodable {
  var events: [AuditEvent]
}
