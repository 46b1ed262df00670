internal import ArgumentParser
internal import IndexModel
internal import Indexing
internal import Logging

/// A command that does something, as opposed to one that has subcommands only.
protocol Verb: ParsableCommand {
  var common: CommonOptions { get }
  /// Values of flags that are settings too, by the setting's key.
  var settingFlags: [String: String] { get }
  /// Where the user does not say.
  var defaultLogLevel: Logger.Level { get }

  /// - Throws: `IndexerError`, which is shown and decides the exit status.
  func perform(_ session: Session) throws -> ExitStatus
}

extension Verb {
  var settingFlags: [String: String] { [:] }
  var defaultLogLevel: Logger.Level { .warning }
}

/// Options that every verb has.
struct CommonOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Directory of the queue and the indexes.", valueName: "dir"))
  var dataDir: String?

  @Flag(name: .long, help: "Print JSON, errors included.")
  var json = false

  @Option(name: .long, help: ArgumentHelp("Least level of messages on standard error.", valueName: "level"))
  var logLevel: String?

  /// By the setting's key.
  var settingFlags: [String: String] {
    var flags: [String: String] = [:]
    flags["data_dir"] = dataDir
    flags["log_level"] = logLevel
    return flags
  }
}

/// What a verb works with.
struct Session {
  var settings: ResolvedSettings
  var output: Output
  var environment: [String: String]
  var workingDirectory: String
  var account: UserAccount
  /// A person can answer questions.
  var isInteractive: Bool

  init(_ verb: any Verb, _ program: Program) throws {
    account = UserAccount(environment: program.environment)
    settings = try ResolvedSettings(
      flags: verb.common.settingFlags.merging(verb.settingFlags) { $1 }, environment: program.environment,
      account: account, workingDirectory: program.workingDirectory)
    output = program.output
    environment = program.environment
    workingDirectory = program.workingDirectory
    isInteractive = program.isInteractive
  }

  /// Opens the data directory.
  func service() throws -> IndexingService { try IndexingService(settings.values.service) }
}
