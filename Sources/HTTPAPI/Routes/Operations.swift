internal import CSupport
internal import HTTPTypes
internal import Hummingbird
internal import IndexModel
internal import Indexing

private struct State: Encodable { var status: String }

extension Routes {
  func addOperations(to table: RouteTable) {
    table.add("/health", get: { _, _ in try .json(State(status: "ok")) })
    table.add("/ready", get: ready)
    table.add("/metrics", get: metrics)
    table.add("/openapi.json", get: { _, _ in .text(String(cString: csupport_openapi), type: "application/json") })
  }

  /// 503 while the service stops, and when the queue cannot be read.
  private func ready(_ request: Request, _ context: CallContext) async throws -> Response {
    guard !feed.isStopping else { throw IndexerError(.busy, "the service is stopping") }
    _ = try await ask { try $0.lastEvent() }
    return try .json(State(status: "ready"))
  }

  private func metrics(_ request: Request, _ context: CallContext) async throws -> Response {
    let figures = try await ask { try $0.figures() }
    return .text(
      Metrics(figures: figures, calls: records.snapshot, clients: feed.clientCount).text,
      type: "text/plain; version=0.0.4; charset=utf-8")
  }
}
