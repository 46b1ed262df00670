internal import HTTPTypes
internal import Hummingbird
internal import IndexModel
internal import Indexing

/// All that the service answers. Each file of this folder adds a part of it.
struct Routes: Sendable {
  let service: IndexingService
  let lanes: CallLanes
  let feed: EventFeed
  let records: CallRecords
  let configuration: HTTPConfiguration
  let uploads = UploadSlots()

  func router(needsToken: Bool) -> Router<CallContext> {
    let router = Router(context: CallContext.self)
    router.add(middleware: CallRecord(records: records))
    router.add(middleware: ErrorAnswers())
    router.add(
      middleware: Gate(service: service, calls: lanes.looks, configuration: configuration, needsToken: needsToken))
    let table = RouteTable(router: router)
    addPage(to: table)
    addOperations(to: table)
    addJobs(to: table)
    addEvents(to: table)
    addProjects(to: table)
    addSearch(to: table)
    addAudit(to: table)
    return router
  }

  /// Asks the service, on a thread that may block.
  func ask<Value: Sendable>(
    _ lane: KeyPath<CallLanes, BlockingCalls> = \.looks, _ body: @escaping @Sendable (IndexingService) throws -> Value
  ) async throws -> Value {
    try await lanes[keyPath: lane].run { [service] in try body(service) }
  }

  /// Asks the service for a change.
  func change<Value: Sendable>(_ body: @escaping @Sendable (IndexingService) throws -> Value) async throws -> Value {
    try await ask(\.changes, body)
  }
}
