internal import ArgumentParser
internal import Foundation
internal import IndexModel
internal import Indexing
internal import Logging

/// `indexer worker`
struct WorkerVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Run jobs in this process.",
    discussion: """
      Ends when there was nothing to do for a while. SIGTERM and Ctrl-C stop it in order: its jobs go back to the \
      queue and lose nothing. Tells systemd when it is up (Type=notify).

      Example:
        indexer worker --forever
      """)

  @Option(help: ArgumentHelp("End after so long without work (default: 60).", valueName: "seconds"))
  var idle: Int?

  @Option(help: ArgumentHelp("Jobs at the same time, over all processes (default: 3).", valueName: "n"))
  var workers: Int?

  @Flag(help: "Wait for work until stopped.")
  var forever = false

  /// A descriptor that gets one byte when the worker is up: how `indexer start --background` knows.
  @Option(help: .hidden)
  var readyFd: Int32?

  @OptionGroup var common: CommonOptions

  var defaultLogLevel: Logger.Level { .info }

  var settingFlags: [String: String] {
    var flags: [String: String] = [:]
    flags["idle_seconds"] = idle.map(String.init)
    flags["workers"] = workers.map(String.init)
    return flags
  }

  func validate() throws {
    if forever, idle != nil { throw ValidationError("--forever and --idle contradict each other.") }
  }

  func perform(_ session: Session) throws -> ExitStatus {
    if readyFd != nil { leaveStarter() }
    let notice = ReadinessNotice(socket: session.environment["NOTIFY_SOCKET"], descriptor: readyFd)
    let signals = SignalInbox()
    let service = try session.service()
    let mode = forever ? WorkerMode.forever : .untilIdle(seconds: session.settings.values.service.idleSeconds)
    let run = WorkerTask(service: service, mode: mode, signals: signals, whenReady: notice.ready)
    while !run.isOver {
      if signals.wait(milliseconds: 60_000) != nil {
        notice.stopping()
        run.stop.request()
      }
    }
    if !run.stop.isRequested { notice.stopping() }
    try run.result()
    return .done
  }

  /// Started by another `indexer`: the end of its terminal or session is not ours, its working directory must not be
  /// kept busy, and `ps` is to show our name and not that of the link we were started by.
  private func leaveStarter() {
    setsid()
    chdir("/")
    Thread.current.name = "indexer"
  }
}
