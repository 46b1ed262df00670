internal import HTTPTypes
internal import Hummingbird
internal import IndexModel
internal import Indexing

/// A page of the history.
private struct AuditPage: Encodable {
  var events: [AuditEvent]
  /// For `before`; nil when there are no more.
  @ExplicitNull var next: Int64?
}

extension Routes {
  private enum Format: String, CaseIterable { case json, csv }

  func addAudit(to table: RouteTable) { table.add("/audit", get: audit) }

  private func audit(_ request: Request, _ context: CallContext) async throws -> Response {
    let query = try Query(request, "project", "actor", "action", "before", "limit", "format")
    let format = try query.value("format", as: Format.self) ?? .json
    let limit = try query.number("limit", in: 1...10_000) ?? (format == .csv ? 10_000 : 100)
    let filter = AuditFilter(
      project: try query.text("project"), actor: try query.text("actor"),
      action: try query.value("action", as: AuditEvent.Action.self),
      before: try query.number("before", in: 1...Int.max).map(Int64.init), limit: limit + 1)
    let found = try await ask { try $0.audit(filter) }
    let page = Array(found.prefix(limit))
    if format == .csv {
      return .text(AuditCSV.text(of: page), type: "text/csv; charset=utf-8")
    }
    return try .json(AuditPage(events: page, next: found.count > limit ? page.last?.id : nil))
  }
}
