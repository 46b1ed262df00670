internal import ArgumentParser
internal import IndexModel

/// `indexer pause`
struct PauseVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Pause jobs.",
    discussion: """
      Takes effect within a second and outlives restarts, until `indexer resume`.

      Example:
        indexer pause 0199a3f2
      """)

  @OptionGroup var jobs: JobArguments
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if jobs.ids.isEmpty { throw ValidationError("Which job? See `indexer jobs`.") }
  }

  func perform(_ session: Session) throws -> ExitStatus { try session.control(.pause, jobs.ids) }
}
