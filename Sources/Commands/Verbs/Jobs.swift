internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer jobs`
struct JobsVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "jobs",
    abstract: "List jobs, the newest first.",
    discussion: """
      Example:
        indexer jobs --status failed --limit 5
      """)

  @Option(help: ArgumentHelp("Only jobs in this state.", valueName: "state"))
  var status: JobStatus?

  @Option(help: ArgumentHelp("Only jobs of this project.", valueName: "name"))
  var project: String?

  @Option(help: ArgumentHelp("At most so many.", valueName: "n"))
  var limit = 20

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be at least 1.") }
  }

  func perform(_ session: Session) throws -> ExitStatus {
    let jobs = try session.service().jobs(in: Set([status].compactMap(\.self)), project: project, limit: limit)
    if jobs.isEmpty, !session.output.isJSON { session.output.note("No such jobs.") }
    try session.output.show(JobList(jobs: jobs)) { JobList.table(jobs, $0).text($0) }
    return .done
  }
}
