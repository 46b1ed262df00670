internal import ArgumentParser
internal import Foundation
internal import HTTPAPI
internal import IndexModel
internal import Indexing
internal import Logging
internal import Synchronization

/// `indexer serve`
struct ServeVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the HTTP API, the web page and the workers.",
    discussion: """
      Listens on this machine only, where any of its users can ask, unless --require-token is given. On another \
      address every caller needs a token: see `indexer tokens`. SIGTERM and Ctrl-C end it in order: jobs go back to the \
      queue and lose nothing. Tells systemd when it is up (Type=notify).

      Example:
        indexer serve --port 7400
      """)

  @Option(help: ArgumentHelp("Address to listen on.", valueName: "address"))
  var host = "127.0.0.1"

  @Option(help: ArgumentHelp("Port to listen on; 0: one that is free.", valueName: "n"))
  var port = 7400

  @Flag(inversion: .prefixedNo, help: "Run jobs in this process too.")
  var workers = true

  @Flag(help: "Ask callers on this machine for a token too.")
  var requireToken = false

  @OptionGroup var common: CommonOptions

  var defaultLogLevel: Logger.Level { .info }

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535.") }
  }

  func perform(_ session: Session) throws -> ExitStatus {
    var configuration = HTTPConfiguration()
    configuration.host = host
    configuration.port = port
    configuration.requiresToken = requireToken
    let roots = session.settings.values.roots
    configuration.roots = roots.isEmpty ? [session.account.home].compactMap(\.self) : roots
    configuration.hostNames = session.settings.values.hostNames
    var (callers, work) = (session.settings.values.service, session.settings.values.service)
    callers.queueReaders = 8
    // Who asks goes before what is indexed meanwhile.
    work.niceness = 10
    let server = HTTPService(
      try IndexingService(callers), worker: workers ? try IndexingService(work) : nil, configuration)
    let notice = ReadinessNotice(socket: session.environment["NOTIFY_SOCKET"], descriptor: nil)
    let output = session.output
    let name = host.contains(":") ? "[\(host)]" : host
    try Self.waiting {
      try await server.run { port in
        notice.ready()
        // A reader of this line that has left does not end the service.
        try? output.show(Listening(url: "http://\(name):\(port)/")) { _ in "Listening on http://\(name):\(port)/\n" }
        output.flush()
      }
    }
    notice.stopping()
    return .done
  }

  /// Runs a task on the cooperative pool, and waits for it on this thread, which is none of its.
  private static func waiting(_ body: @escaping @Sendable () async throws -> Void) throws {
    let isDone = DispatchSemaphore(value: 0)
    let outcome = Mutex<Result<Void, any Error>?>(nil)
    Task.detached {
      do {
        try await body()
        outcome.withLock { $0 = .success(()) }
      } catch {
        outcome.withLock { $0 = .failure(error) }
      }
      isDone.signal()
    }
    isDone.wait()
    try outcome.withLock { $0 }?.get()
  }
}

/// What `serve --json` prints once it is up.
struct Listening: Encodable {
  var url: String
}
