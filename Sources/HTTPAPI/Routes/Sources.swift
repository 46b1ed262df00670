internal import HTTPTypes
internal import Hummingbird
internal import IndexModel
internal import Indexing
internal import NIOCore

private struct SourceWithVersions: Encodable {
  var source: SourceReport
  /// The newest first.
  var versions: [UploadVersion]
}

private struct SourceRemoved: Encodable {
  var removed: String
  /// That takes its files out of the index; nil where there is none.
  @ExplicitNull var job: JobReport?
}

extension Routes {
  func source(_ request: Request, _ context: CallContext) async throws -> Response {
    _ = try Query(request)
    let (project, name) = (try context.path("project"), try context.path("name"))
    let (source, versions) = try await ask { try $0.source(named: name, of: project) }
    return try .json(SourceWithVersions(source: source, versions: versions))
  }

  /// The body is the file. 202 with the job that reads it; 200 when the same bytes are there already.
  func upload(_ request: Request, _ context: CallContext) async throws -> Response {
    let query = try Query(request, "label")
    let wanted = UploadRequest(
      project: try context.path("project"), name: try context.path("name"), label: try query.text("label"),
      requestedBy: context.actor)
    guard uploads.enter() else {
      throw IndexerError(.busy, "\(UploadSlots.limit) files are being uploaded already; try again in a second")
    }
    defer { uploads.leave() }
    let file = try await ask(\.files) { try $0.receive(wanted) }
    var pace = BodyPace()
    for try await part in request.body {
      try pace.received(part.readableBytes)
      try await pace.excusing {
        try await lanes.files.run { try part.withUnsafeReadableBytes { try file.write($0) } }
      }
    }
    let receipt = try await ask(\.files) { try $0.take(file, wanted) }
    return try .json(receipt, status: receipt.isKnown ? .ok : .accepted)
  }

  func removeSource(_ request: Request, _ context: CallContext) async throws -> Response {
    _ = try Query(request)
    let (project, name, actor) = (try context.path("project"), try context.path("name"), context.actor)
    let job = try await change { try $0.removeSource(name, of: project, actor: actor) }
    return try .json(SourceRemoved(removed: name, job: job))
  }
}
