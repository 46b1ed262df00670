internal import Glibc
internal import Hummingbird
internal import IndexModel
package import Indexing
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import UnixSignals

/// The service: the HTTP API, the web page, and the workers, in one process.
package struct HTTPService: Sendable {
  private let service: IndexingService
  private let worker: IndexingService?
  private let configuration: HTTPConfiguration
  private let logger = Logger(label: "http")

  /// - Parameter worker: runs jobs in this process too, if there is one: with connections of its own, so that no caller
  ///   waits for them.
  package init(_ service: IndexingService, worker: IndexingService?, _ configuration: HTTPConfiguration) {
    self.service = service
    self.worker = worker
    self.configuration = configuration
  }

  /// Connections at the same time; more wait in the kernel's queue.
  private static let maximumConnections = 1_024
  /// Seconds after which a connection is closed on which nothing is asked, or that sends its request too slowly.
  private static let idleSeconds: Int64 = 60
  /// Bytes of all header fields, and of one.
  private static let maximumHeaders = 32 << 10
  /// Seconds from SIGTERM to the end.
  private static let patience: Int64 = 8

  /// Serves until SIGTERM or SIGINT; then takes no more requests, and gives the jobs at work back to the queue.
  ///
  /// - Parameter whenReady: called with the port, once connections are taken.
  /// - Throws: `usage` when callers would need a token and there is none; `conflict` when the port is taken.
  package func run(whenReady: @escaping @Sendable (_ port: Int) -> Void) async throws {
    let needsToken = configuration.requiresToken || !configuration.isLoopback
    if try needsToken && service.tokens().isEmpty {
      throw IndexerError(
        .usage,
        "callers need a token to reach \(configuration.host), and there is none; make one: `indexer tokens add NAME`")
    }
    let lanes = CallLanes()
    let feed = EventFeed(service, lanes.looks)
    let records = CallRecords()
    let server = Routes(service: service, lanes: lanes, feed: feed, records: records, configuration: configuration)
    let application = Application(
      router: server.router(needsToken: needsToken),
      server: .http1(
        configuration: .init(
          idleTimeout: .seconds(Self.idleSeconds),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: Self.maximumHeaders, maxHeaderListSize: Self.maximumHeaders, maxHeaderFieldCount: 100))),
      configuration: .init(
        address: .hostname(configuration.host, port: configuration.port),
        availableConnectionsDelegate: .maximum(Self.maximumConnections, logger: logger)),
      onServerRunning: { whenReady($0.localAddress?.port ?? 0) }, logger: logger)
    // Ended in the opposite order: the jobs are given back first, then streams end, so that no connection is left that
    // never ends by itself.
    var services: [any Service] = [application, feed]
    if let worker { services.append(WorkerService(service: worker)) }
    var group = ServiceGroupConfiguration(
      services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = .seconds(Self.patience)
    do {
      try await ServiceGroup(configuration: group).run()
    } catch is CancellationError {
      // Its time to stop was over: what was left was cut off.
      logger.warning("some requests were cut off")
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw IndexerError(
        .conflict,
        "port \(configuration.port) of \(configuration.host) is taken; choose another: indexer serve --port N")
    }
  }
}

/// The workers, as a part of the service.
private struct WorkerService: Service {
  let service: IndexingService

  func run() async throws {
    let stop = StopSwitch()
    try await withTaskCancellationHandler {
      try await withGracefulShutdownHandler {
        try await service.runWorker(.forever, stop: stop, whenReady: {})
      } onGracefulShutdown: {
        stop.request()
      }
    } onCancel: {
      stop.request()
    }
  }
}
