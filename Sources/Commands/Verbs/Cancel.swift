internal import ArgumentParser
internal import IndexModel

/// `indexer cancel`
struct CancelVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Cancel jobs.",
    discussion: """
      What was indexed so far stays in the index, but for what --snapshot or --rebuild was building; everything \
      temporary is removed.

      Example:
        indexer cancel 0199a3f2
      """)

  @OptionGroup var jobs: JobArguments
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if jobs.ids.isEmpty { throw ValidationError("Which job? See `indexer jobs`.") }
  }

  func perform(_ session: Session) throws -> ExitStatus { try session.control(.cancel, jobs.ids) }
}
