internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer reprocess`
struct ReprocessVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "reprocess",
    abstract: "Read and index all files of a project again, changed or not.",
    discussion: """
      Makes a job for each of its directories, which a background worker runs; what was indexed before is found until it \
      is replaced. To make the whole index anew aside, see `indexer start --rebuild`.

      Example:
        indexer reprocess shop
      """)

  @Argument(help: "Name of a project.")
  var project: String

  @Option(
    name: .customLong("source"), help: ArgumentHelp("Only this directory, by its id; may be repeated.", valueName: "id")
  )
  var sources: [String] = []

  @OptionGroup var common: CommonOptions

  func perform(_ session: Session) throws -> ExitStatus {
    let service = try session.service()
    let jobs = try service.reprocess(
      project, sources: sources.isEmpty ? nil : sources, actor: session.account.actor)
    try service.ensureWorker()
    for job in jobs { try session.output.item(job) { _ in job.id } }
    if jobs.isEmpty, !session.output.isJSON { session.output.note("This project has no directories.") }
    return .done
  }
}
