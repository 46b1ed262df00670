internal import HTTPTypes
internal import Hummingbird
internal import IndexModel
internal import Indexing

extension Routes {
  func addSearch(to table: RouteTable) { table.add("/search", get: search) }

  private func search(_ request: Request, _ context: CallContext) async throws -> Response {
    let query = try Query(request, "q", "project", "path", "kind", "limit", "offset")
    guard let words = try query.text("q") else { throw IndexerError(.usage, "q is missing: what to look for") }
    let kind = try query.text("kind")
    if let kind, !IndexingService.kinds.contains(kind) {
      throw IndexerError(.usage, "kind must be one of \(IndexingService.kinds.joined(separator: ", "))")
    }
    let what = SearchRequest(
      query: words, projects: query.texts("project"), path: try query.text("path"), kind: kind,
      limit: try query.number("limit", in: 1...100) ?? 10, offset: try query.number("offset", in: 0...10_000) ?? 0)
    return try .json(try await ask(\.searches) { try $0.search(what) })
  }
}
