internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer events`
struct EventsVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Show a job's history: who did what, when and why.",
    discussion: """
      Example:
        indexer events 0199a3f2
      """)

  @Argument(help: ArgumentHelp("Id of a job; a unique beginning is enough.", valueName: "id"))
  var id: String

  @OptionGroup var common: CommonOptions

  func perform(_ session: Session) throws -> ExitStatus {
    let events = try session.service().events(id)
    try session.output.show(EventList(events: events)) { EventList.table(events).text($0) }
    return .done
  }
}
