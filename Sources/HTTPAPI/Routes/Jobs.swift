internal import HTTPTypes
internal import Hummingbird
internal import IndexModel
internal import Indexing

/// A page of jobs.
private struct JobPage: Encodable {
  var jobs: [JobReport]
  /// For `cursor`; nil when there are no more.
  @ExplicitNull var next: String?
}

extension Routes {
  func addJobs(to table: RouteTable) {
    table.add("/ingest", post: ingest)
    table.add("/ingest/{id}", get: ingestion)
    table.add("/jobs", get: jobs)
    table.add("/jobs/{id}", get: job)
    table.add("/jobs/{id}/pause", post: control(.pause))
    table.add("/jobs/{id}/resume", post: control(.resume))
    table.add("/jobs/{id}/cancel", post: control(.cancel))
    table.add("/jobs/{id}/retry", post: retry)
  }

  /// 202 once the job survives power loss.
  private func ingest(_ request: Request, _ context: CallContext) async throws -> Response {
    _ = try Query(request)
    let body = try await JSONBody(
      request, "directory", "source", "project", "recursive", "include", "exclude", "ignore", "max_file_size",
      "priority", "build")
    let key = request.headers[.idempotencyKey]
    if let key, key.isEmpty || key.utf8.count > 255 {
      throw IndexerError(.usage, "Idempotency-Key must have 1 to 255 bytes")
    }
    let changes = WalkChanges(
      recursive: try body.truth("recursive"), include: try body.texts("include"), exclude: try body.texts("exclude"),
      useIgnoreFiles: try body.truth("ignore"),
      maximumFileSize: try body.number("max_file_size", in: 0...WalkOptions.largestMaximumFileSize))
    let priority = Int(try body.number("priority", in: -1_000_000...1_000_000) ?? 0)
    let build = try body.value("build", as: Build.self)?.mode ?? .inPlace
    let (directory, source, project) = (
      try body.text("directory"), try body.text("source"), try body.text("project")
    )
    guard (directory == nil) != (source == nil) else {
      throw IndexerError(.usage, "name a directory or a source, one of them")
    }
    if let directory, !directory.hasPrefix("/") {
      throw IndexerError(.usage, "directory must be an absolute path of the service's machine")
    }
    let (actor, name, roots) = (context.actor, context.caller.name ?? "local", configuration.roots)
    let receipt = try await change { service in
      let known = try source.map(service.source)
      return try service.start(
        StartRequest(
          directory: directory ?? known?.path ?? "", project: project ?? known?.project, changes: changes,
          build: build, priority: priority, refuseDuplicate: true, requestedBy: actor,
          idempotencyKey: key.map { "\(name) \($0)" },
          allowedRoots: roots))
    }
    return try .json(receipt.job, status: .accepted, headers: [.location: "/ingest/\(receipt.job.id)"])
  }

  private enum Build: String, CaseIterable {
    case inPlace = "in_place"
    case snapshot, rebuild

    var mode: BuildMode {
      switch self {
      case .inPlace: .inPlace
      case .snapshot: .snapshot
      case .rebuild: .rebuild
      }
    }
  }

  /// 202 until the job has ended, 200 then.
  private func ingestion(_ request: Request, _ context: CallContext) async throws -> Response {
    _ = try Query(request)
    let id = try context.jobID()
    let job = try await ask { try $0.job(id) }
    let hasEnded = [.completed, .failed, .cancelled].contains(job.status)
    return try .json(job, status: hasEnded ? .ok : .accepted, headers: hasEnded ? [:] : [.retryAfter: "1"])
  }

  private func jobs(_ request: Request, _ context: CallContext) async throws -> Response {
    let query = try Query(request, "status", "project", "limit", "cursor")
    let statuses = Set(try query.values("status", as: JobStatus.self))
    let project = try query.text("project")
    let limit = try query.number("limit", in: 1...1_000) ?? 50
    let cursor = try query.text("cursor").map { text in
      guard let cursor = JobCursor(text) else {
        throw IndexerError(.usage, "cursor must be what `next` of another page was")
      }
      return cursor
    }
    // One more than is shown tells whether there is another page.
    let found = try await ask { try $0.jobs(in: statuses, project: project, limit: limit + 1, after: cursor) }
    let page = Array(found.prefix(limit))
    return try .json(
      JobPage(jobs: page, next: found.count > limit ? page.last.map { JobCursor(of: $0).description } : nil))
  }

  private func job(_ request: Request, _ context: CallContext) async throws -> Response {
    _ = try Query(request)
    let id = try context.jobID()
    return try .json(try await ask { try $0.job(id) })
  }

  private func control(_ verb: ControlRequest) -> RouteTable.Answer {
    { request, context in
      _ = try Query(request)
      let (id, actor) = (try context.jobID(), context.actor)
      return try .json(try await change { try $0.control(verb, id, actor: actor, startingWorker: false) })
    }
  }

  /// Resumes a job that failed, and no other.
  private func retry(_ request: Request, _ context: CallContext) async throws -> Response {
    _ = try Query(request)
    let (id, actor) = (try context.jobID(), context.actor)
    return try .json(
      try await change { service in
        let job = try service.job(id)
        guard job.status == .failed else {
          throw IndexerError(
            .conflict, "job \(job.id) is \(job.status.rawValue): only one that failed is tried again",
            details: ["job": job.id, "status": job.status.rawValue])
        }
        return try service.control(.resume, job.id, actor: actor, startingWorker: false)
      })
  }
}
