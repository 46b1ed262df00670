internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer why`
struct WhyVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Say why a file is, or is not, found by searches.",
    discussion: """
      Example:
        indexer why build/config.h
      """)

  @Argument(help: "A file or directory.", completion: .file())
  var path: String

  @OptionGroup var common: CommonOptions

  func perform(_ session: Session) throws -> ExitStatus {
    let explanation = try session.service().why(path)
    try session.output.show(explanation) { ExplanationText(explanation: explanation, style: $0).text }
    return .done
  }
}
