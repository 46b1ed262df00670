internal import HTTPTypes
internal import Hummingbird
internal import IndexModel
internal import Indexing

private struct ProjectPage: Encodable { var projects: [ProjectReport] }
private struct SourcePage: Encodable { var sources: [SourceReport] }
private struct JobsMade: Encodable { var jobs: [JobReport] }
private struct Removed: Encodable { var removed: String }

extension Routes {
  func addProjects(to table: RouteTable) {
    table.add("/projects", get: projects, post: makeProject)
    table.add("/projects/{project}", get: project, delete: removeProject)
    table.add("/projects/{project}/sources", get: sources)
    table.add("/projects/{project}/sources/{name}", get: source, put: upload, delete: removeSource)
    table.add("/projects/{project}/reprocess", post: reprocess)
    table.add("/projects/{project}/preferences", get: preferences, put: setPreferences)
  }

  private func projects(_ request: Request, _ context: CallContext) async throws -> Response {
    _ = try Query(request)
    return try .json(ProjectPage(projects: try await ask { try $0.projects() }))
  }

  private func makeProject(_ request: Request, _ context: CallContext) async throws -> Response {
    _ = try Query(request)
    let (name, actor) = (try await JSONBody(request, "name").required("name"), context.actor)
    return try .json(try await change { try $0.makeProject(name, actor: actor) }, status: .created)
  }

  private func project(_ request: Request, _ context: CallContext) async throws -> Response {
    _ = try Query(request)
    let name = try context.path("project")
    return try .json(try await ask { try $0.project(name) })
  }

  /// `confirm` must repeat the name: what is removed does not come back.
  private func removeProject(_ request: Request, _ context: CallContext) async throws -> Response {
    let query = try Query(request, "confirm")
    let (name, actor) = (try context.path("project"), context.actor)
    guard try query.text("confirm") == name else {
      throw IndexerError(.usage, "to remove project \(name) with its index, repeat its name: ?confirm=\(name)")
    }
    try await change { try $0.removeProject(name, actor: actor) }
    return try .json(Removed(removed: name))
  }

  private func sources(_ request: Request, _ context: CallContext) async throws -> Response {
    _ = try Query(request)
    let name = try context.path("project")
    return try .json(SourcePage(sources: try await ask { try $0.sources(of: name) }))
  }

  /// A job for each of the sources, or for all.
  private func reprocess(_ request: Request, _ context: CallContext) async throws -> Response {
    _ = try Query(request)
    let sources = try await JSONBody(request, "sources").texts("sources")
    let (name, actor, roots) = (try context.path("project"), context.actor, configuration.roots)
    let jobs = try await change { try $0.reprocess(name, sources: sources, allowedRoots: roots, actor: actor) }
    return try .json(JobsMade(jobs: jobs), status: .accepted)
  }

  private func preferences(_ request: Request, _ context: CallContext) async throws -> Response {
    _ = try Query(request)
    let name = try context.path("project")
    return try .json(try await ask { try $0.preferences(of: name) })
  }

  private func setPreferences(_ request: Request, _ context: CallContext) async throws -> Response {
    _ = try Query(request)
    let body = try await JSONBody(request, "searched", "context")
    let columns = ColumnPreferences(
      searched: try body.texts("searched") ?? [], context: try body.texts("context") ?? [])
    let (name, actor) = (try context.path("project"), context.actor)
    return try .json(try await change { try $0.setPreferences(columns, of: name, actor: actor) })
  }
}
