internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer doctor`
struct DoctorVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check the data directory, its databases and this machine.",
    discussion: """
      Exits with 1 when something is not well, and says what mends it.

      Example:
        indexer doctor
      """)

  @OptionGroup var common: CommonOptions

  func perform(_ session: Session) throws -> ExitStatus {
    let findings: [Finding]
    do {
      findings = try session.service().doctor()
    } catch let error as IndexerError where error.code != .usage && error.code != .invalidConfiguration {
      findings = [IndexingService.finding(of: error)]
    }
    let isWell = findings.allSatisfy(\.isWell)
    try session.output.show(FindingList(well: isWell, findings: findings)) { style in
      findings.map { FindingList.line($0, style) }.joined()
    }
    return isWell ? .done : .failed
  }
}

/// What `doctor --json` prints.
struct FindingList: Encodable {
  var well: Bool
  var findings: [Finding]

  /// One finding for people, with what mends it below.
  static func line(_ finding: Finding, _ style: TextStyle) -> String {
    let mark = finding.isWell ? style.paint("ok  ", .green) : style.paint("BAD ", .red)
    let message = PrintableText.escapedLines(finding.message)
    let remedy = finding.remedy.map { "    " + PrintableText.escapedLines($0) + "\n" } ?? ""
    return "\(mark) \(style.paint(finding.check, .bold)): \(message)\n\(remedy)"
  }
}
