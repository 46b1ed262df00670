internal import ArgumentParser
internal import Foundation
internal import IndexModel
internal import Logging
internal import Synchronization

/// The command line program: arguments in, exit status out.
package struct Program {
  /// Without the program's own name.
  var arguments: [String]
  var environment: [String: String]
  var workingDirectory: String
  var output: Output
  /// A person can answer questions.
  var isInteractive: Bool

  /// Of this process.
  package init() {
    // A reader that leaves is an error of the write, not the end of the process and the job that it runs.
    signal(SIGPIPE, SIG_IGN)
    arguments = Array(CommandLine.arguments.dropFirst())
    environment = ProcessInfo.processInfo.environment
    workingDirectory = FileManager.default.currentDirectoryPath
    output = Outlets.output(json: Self.asksForJSON(arguments), environment: environment)
    isInteractive = isatty(0) == 1 && isatty(2) == 1
  }

  init(
    arguments: [String], environment: [String: String], workingDirectory: String, output: Output,
    isInteractive: Bool = false
  ) {
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.output = output
    self.isInteractive = isInteractive
  }

  /// Whether errors, those of the arguments themselves included, are to be JSON.
  static func asksForJSON(_ arguments: [String]) -> Bool {
    arguments.prefix { $0 != "--" }.contains("--json")
  }

  /// Does what the arguments say and gives the process's exit status.
  package func run() -> Int32 {
    let status = perform()
    output.flush()
    guard output.failure != 0, status == .done else { return status.code }
    output.note("indexer: standard output: \(String(cString: strerror(output.failure)))")
    return ExitStatus.failed.code
  }

  private func perform() -> ExitStatus {
    let command: any ParsableCommand
    do {
      command = try IndexerCommand.parseAsRoot(arguments)
    } catch {
      return answer(error)
    }
    do {
      guard let verb = command as? any Verb else {
        var other = command
        try other.run()
        return .done
      }
      let session = try Session(verb, self)
      LogSetup.once(level: session.settings.values.logLevel ?? verb.defaultLogLevel, output)
      return try verb.perform(session)
    } catch is ReaderGone {
      return .done
    } catch let error as IndexerError {
      output.progress("")
      output.fail(error)
      return ExitStatus(code: error.code.exitStatus)
    } catch  where IndexerCommand.exitCode(for: error) == .success || error is ValidationError {
      return answer(error)
    } catch {
      output.progress("")
      output.fail(
        IndexerError(.internalError, "this should not happen; please report it: \(error)"))
      return .failed
    }
  }

  /// What the argument parser ends with: help, the version, a completion script, or a mistake in the arguments.
  private func answer(_ error: any Error) -> ExitStatus {
    let whole = IndexerCommand.fullMessage(for: error)
    guard IndexerCommand.exitCode(for: error) != .success else {
      output.text(whole)
      return .done
    }
    if output.isJSON {
      output.fail(IndexerError(.usage, IndexerCommand.message(for: error)))
    } else {
      let prefix = "Error: "
      output.note("indexer: " + (whole.hasPrefix(prefix) ? String(whole.dropFirst(prefix.count)) : whole))
    }
    return .usage
  }
}

/// swift-log is set up once a process.
private enum LogSetup {
  private static let isDone = Atomic(false)

  static func once(level: Logger.Level, _ output: Output) {
    guard !isDone.exchange(true, ordering: .relaxed) else { return }
    LoggingSystem.bootstrap { _ in LineLogHandler(level: level) { output.writeError($0) } }
  }
}
