internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer search`
struct SearchVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Search what is indexed so far.",
    discussion: """
      Words, "phrases", prefix*, AND, OR, NOT and path:GLOB. Prints path:line: snippet, one hit a line.

      Example:
        indexer search --limit 5 --path '*.c' page cache
      """)

  @Argument(help: ArgumentHelp("What to look for.", valueName: "query"))
  var query: [String]

  @Option(help: ArgumentHelp("Only this project; may be repeated (default: all).", valueName: "name"))
  var project: [String] = []

  @Option(help: ArgumentHelp("Only files whose path matches.", valueName: "glob"))
  var path: String?

  @Option(help: ArgumentHelp("Only files of this kind, such as c, python, markdown or text.", valueName: "kind"))
  var kind: String?

  @Option(help: ArgumentHelp("At most so many hits.", valueName: "n"))
  var limit = 10

  @Option(help: ArgumentHelp("Leave out the first hits.", valueName: "n"))
  var offset = 0

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be at least 1.") }
    if let kind, !IndexingService.kinds.contains(kind.lowercased()) {
      throw ValidationError("--kind \(kind): the kinds are \(IndexingService.kinds.joined(separator: ", ")).")
    }
    if offset < 0 { throw ValidationError("--offset cannot be negative.") }
  }

  var request: SearchRequest {
    SearchRequest(
      query: query.joined(separator: " "), projects: project, path: path, kind: kind?.lowercased(), limit: limit,
      offset: offset)
  }

  func perform(_ session: Session) throws -> ExitStatus {
    let response = try session.service().search(request)
    let output = session.output
    try output.show(response) {
      HitText(response: response, workingDirectory: session.workingDirectory, style: $0).text
    }
    if !output.isJSON {
      for note in HitText.notes(response) { output.note(output.noteStyle.paint(note, .dim)) }
    }
    return .done
  }
}
