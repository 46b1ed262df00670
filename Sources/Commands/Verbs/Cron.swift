internal import ArgumentParser
internal import Foundation
internal import IndexModel
internal import Indexing

/// `indexer cron`
struct CronCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cron",
    abstract: "Let cron resume interrupted jobs.",
    discussion: """
      Example:
        indexer cron install --every 5m
      """,
    subcommands: [InstallVerb.self, ShowVerb.self, RemoveVerb.self])

  /// `indexer cron install`
  struct InstallVerb: Verb {
    static let configuration = CommandConfiguration(
      commandName: "install", abstract: "Add our line to your crontab, or renew it.",
      discussion: """
        Other lines stay as they are.

        Example:
          indexer cron install --every 1h
        """)

    @Option(help: ArgumentHelp("1m to 59m, or 1h to 23h.", valueName: "interval"))
    var every = CronInterval.standard

    @OptionGroup var common: CommonOptions

    func perform(_ session: Session) throws -> ExitStatus {
      // Opening makes the data directory: the line writes a log into it.
      _ = try session.service()
      let directory = session.settings.values.service.dataDirectory
      try FileManager.default.createDirectory(
        atPath: directory + "/logs", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
      )
      let line = try CronLine(
        interval: every, program: OwnExecutable.path(), dataDirectory: directory,
        configurationHome: session.ownConfigurationHome
      ).text()
      let program = CrontabProgram()
      let before = try program.read()
      let after = before.setting(line, for: directory)
      if after != before { try program.write(after) }
      session.warnOfEnvironment()
      try session.output.show(CronReport(line: line)) { _ in PrintableText.escaped(line) }
      return .done
    }
  }

  /// `indexer cron show`
  struct ShowVerb: Verb {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Print our line of your crontab.",
      discussion: """
        Exits with 3 when there is none.

        Example:
          indexer cron show
        """)

    @OptionGroup var common: CommonOptions

    func perform(_ session: Session) throws -> ExitStatus {
      let directory = session.settings.values.service.dataDirectory
      let line = try CrontabProgram().read().line(for: directory)
      try session.output.show(CronReport(line: line)) { _ in line.map(PrintableText.escaped) ?? "" }
      if line == nil, !session.output.isJSON {
        session.output.note(
          "Your crontab has no line for \(PrintableText.escaped(directory)). Add it: indexer cron install")
      }
      return line == nil ? .notFound : .done
    }
  }

  /// `indexer cron remove`
  struct RemoveVerb: Verb {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Take our line out of your crontab.",
      discussion: """
        Example:
          indexer cron remove
        """)

    @OptionGroup var common: CommonOptions

    func perform(_ session: Session) throws -> ExitStatus {
      let program = CrontabProgram()
      let before = try program.read()
      let after = before.removing(session.settings.values.service.dataDirectory)
      if after != before { try program.write(after) }
      if !session.output.isJSON {
        session.output.note(
          after == before ? "There was no line of ours." : "Removed our line from your crontab.")
      }
      try session.output.show(CronReport(line: nil)) { _ in "" }
      return .done
    }
  }
}

extension CronInterval {
  /// Five minutes.
  static let standard = CronInterval(count: 5, unit: .minutes)
}

/// What `cron … --json` prints: how the crontab is now.
struct CronReport: Encodable {
  var installed: Bool
  @ExplicitNull var line: String?

  init(line: String?) {
    installed = line != nil
    _line = ExplicitNull(wrappedValue: line)
  }
}

/// The file that this process runs.
enum OwnExecutable {
  static func path() throws -> String {
    do {
      return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    } catch {
      throw IndexerError(.ioError, "/proc/self/exe cannot be read: this program does not know where it lies")
    }
  }
}

extension Session {
  /// `XDG_CONFIG_HOME` where it leads elsewhere than cron would look.
  fileprivate var ownConfigurationHome: String? {
    guard let home = environment["XDG_CONFIG_HOME"], home.hasPrefix("/"),
      home != account.home.map({ $0 + "/.config" })
    else { return nil }
    return home
  }

  /// Names the variables that hold here and that cron will not set.
  fileprivate func warnOfEnvironment() {
    let variables = Setting.all.filter { setting in
      if setting.key != "data_dir", case .environment = settings.origin(of: setting) { return true }
      return false
    }.map(\.variable)
    guard !variables.isEmpty, let file = settings.file else { return }
    output.warn(
      "cron does not know \(variables.joined(separator: ", ")). Put the values into \(file) instead.")
  }
}
