internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer doctor`
struct DoctorVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check the data directory, its databases and this machine.",
    discussion: """
      Exits with 1 when something is not well, and says what mends it. With --fix it does what loses nothing: jobs \
      without a worker get one, left-overs go, damaged shards are made anew from their files, and of a damaged \
      queue.db what can be read is rescued. Then it looks again.

      Example:
        indexer doctor --fix
      """)

  @Flag(help: "Mend what can be mended safely, then look again.")
  var fix = false

  @OptionGroup var common: CommonOptions

  func perform(_ session: Session) throws -> ExitStatus {
    var findings: [Finding]
    var mended: [String] = []
    do {
      if fix {
        // What was lost nobody could tell again.
        mended = try IndexingService.rescueQueue(in: session.settings.values.service.dataDirectory)
        let service = try session.service()
        mended += try service.mend(actor: session.account.actor)
        let waiting = try service.resumeInterrupted()
        if waiting > 0 { mended.append("started a worker for \(Quantity.count(waiting, "job")) that had none") }
      }
      findings = try session.service().doctor()
      findings.append(Self.cron(session))
    } catch let error as IndexerError where error.code != .usage && error.code != .invalidConfiguration {
      findings = [IndexingService.finding(of: error)]
    }
    let isWell = findings.allSatisfy(\.isWell)
    try session.output.show(FindingList(well: isWell, mended: mended, findings: findings)) { style in
      mended.map { "\(style.paint("done", .yellow)) \(PrintableText.escapedLines($0))\n" }.joined()
        + findings.map { FindingList.line($0, style) }.joined()
    }
    return isWell ? .done : .failed
  }

  /// Not to have the line is a choice.
  private static func cron(_ session: Session) -> Finding {
    let directory = session.settings.values.service.dataDirectory
    do {
      guard try CrontabProgram().read().line(for: directory) == nil else {
        return Finding(check: "cron", isWell: true, message: "your crontab sees to interrupted jobs")
      }
      return Finding(
        check: "cron", isWell: true, message: "no line in your crontab: after a reboot, jobs wait for the next command",
        remedy: "indexer cron install")
    } catch {
      return Finding(check: "cron", isWell: true, message: "\(error)")
    }
  }
}

/// What `doctor --json` prints.
struct FindingList: Encodable {
  var well: Bool
  /// What `--fix` has done, a sentence each.
  var mended: [String]
  var findings: [Finding]

  /// One finding for people, with what mends it below.
  static func line(_ finding: Finding, _ style: TextStyle) -> String {
    let mark = finding.isWell ? style.paint("ok  ", .green) : style.paint("BAD ", .red)
    let message = PrintableText.escapedLines(finding.message)
    let remedy = finding.remedy.map { "    " + PrintableText.escapedLines($0) + "\n" } ?? ""
    return "\(mark) \(style.paint(finding.check, .bold)): \(message)\n\(remedy)"
  }
}
