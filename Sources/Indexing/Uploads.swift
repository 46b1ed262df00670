internal import Foundation
package import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore

/// Uploaded files, and taking sources out.
extension IndexingService {
  /// Makes a place for a file that is about to come.
  ///
  /// - Throws: `not_found`; `usage` for what cannot be a name; `disk_low`.
  package func receive(_ request: UploadRequest) throws -> UploadReception {
    try Self.check(request)
    _ = try queue.store.read { try queue.projects.require(name: request.project, in: $0) }
    guard hasRoom else {
      throw IndexerError(.diskLow, "the disk of the data directory is nearly full; make room, then try again")
    }
    return try UploadReception(in: queue.directory, limit: settings.maximumUpload)
  }

  /// Makes a version of a file that has come, and a job that reads it. Both survive power loss when this returns. What
  /// was indexed of the version before is found until the job has read this one.
  ///
  /// - Throws: `unsupported_type`; `queue_full`; `not_found`.
  package func take(_ file: UploadReception, _ request: UploadRequest) throws -> UploadReceipt {
    try file.finish()
    let found = try file.withBytes {
      try UploadInspection($0, name: request.name, kinds: settings.uploadKinds)
    }
    let outcome = try queue.store.write { try take(file, request, found, in: $0) }
    switch outcome {
    case .refusedFull: throw queueIsFull
    case .taken(let source, let isKnown, let job):
      return UploadReceipt(
        source: try report(source), isKnown: isKnown, job: try job.map { try report($0.id) })
    }
  }

  private enum Taken {
    case taken(Source, isKnown: Bool, job: Job?)
    case refusedFull
  }

  private func take(
    _ file: UploadReception, _ request: UploadRequest, _ found: UploadInspection, in db: StoreTransaction
  ) throws -> Taken {
    let project = try queue.projects.require(name: request.project, in: db)
    let path = Source.path(ofUpload: request.name)
    let unfinished = try queue.jobs.unfinishedJobs(directory: path, in: db).filter { $0.projectID == project.id }
    if let known = try queue.projects.source(at: path, of: project.id, in: db),
      try queue.projects.versions(of: known, in: db).first?.hash == found.hash.description
    {
      let last = try queue.jobs.last(ofSource: known.id, in: db)
      switch last?.status {
      case nil, .completed: return .taken(known, isKnown: true, job: nil)
      case .failed, .cancelled:
        guard
          try queue.jobs.refusal(of: path, false, by: request.requestedBy, limit: settings.queueLimit, in: db) == nil
        else { return .refusedFull }
        return .taken(
          known, isKnown: true, job: try enqueue(known, kind: .ingest, by: request.requestedBy, in: db))
      default: return .taken(known, isKnown: true, job: last)
      }
    }
    // Refused before anything is made. A job that waits already reads whatever is newest when it begins or goes on.
    let waiting = unfinished.first { $0.status == .queued }
    if waiting == nil,
      try queue.jobs.refusal(of: path, false, by: request.requestedBy, limit: settings.queueLimit, in: db) != nil
    {
      return .refusedFull
    }
    let source = try place(file, request, found, project, in: db)
    let job = try waiting ?? enqueue(source, kind: .ingest, by: request.requestedBy, in: db)
    try queue.projects.record(
      .upload, project: project.name, subject: job?.id, detail: source.path, actor: request.requestedBy, in: db)
    try queue.hooks.reached(.willEnqueue)
    return .taken(source, isKnown: false, job: job)
  }

  private func place(
    _ file: UploadReception, _ request: UploadRequest, _ found: UploadInspection, _ project: Project,
    in db: StoreTransaction
  ) throws -> Source {
    let options = WalkOptions(maximumFileSize: max(settings.maximumFileSize, settings.maximumUpload))
    var source = try queue.projects.uploadSource(named: request.name, options: options, of: project, in: db)
    let number = (source.version ?? 0) + 1
    // In its place before a row says so; without the row, the next version takes its place.
    try StoredUploads(of: source, in: queue.directory).place(file.path, asVersion: number)
    try queue.hooks.reached(.uploadPlaced)
    try queue.projects.add(
      UploadVersion(
        number: number, label: request.label, kind: found.kind, hash: found.hash.description, bytes: file.size,
        tables: found.tables, createdAt: .now(), createdBy: request.requestedBy), to: source, in: db)
    source.version = number
    return source
  }

  private func enqueue(_ source: Source, kind: JobKind, by actor: String, in db: StoreTransaction) throws -> Job? {
    let made = try queue.jobs.enqueue(
      NewJob(
        projectID: source.projectID, sourceID: source.id, kind: kind, directory: source.path,
        options: JobOptions(walk: source.options), requestedBy: actor), limit: .max, in: db)
    guard case .accepted(let job, _) = made else { return nil }
    return job
  }

  private static func check(_ request: UploadRequest) throws {
    let name = request.name
    let isName = (1...255).contains(name.utf8.count) && name != "." && name != ".."
    guard isName, !name.unicodeScalars.contains(where: { $0 == "/" || $0.properties.generalCategory == .control })
    else {
      throw IndexerError(.usage, "a file's name has 1 to 255 bytes, no slash and no control character")
    }
    if let label = request.label, label.isEmpty || label.utf8.count > 200 || label.contains(where: \.isNewline) {
      throw IndexerError(.usage, "a version's label has 1 to 200 bytes and no line break")
    }
  }

  // MARK: Sources

  /// A source of a project, with its versions, the newest first.
  ///
  /// - Parameter name: of an upload, or the absolute path of a directory.
  /// - Throws: `not_found`.
  package func source(named name: String, of project: String) throws -> (SourceReport, versions: [UploadVersion]) {
    let (source, versions) = try queue.store.read { db in
      let source = try find(name, of: queue.projects.require(name: project, in: db), in: db)
      return (source, try queue.projects.versions(of: source, in: db))
    }
    return (try report(source), versions)
  }

  private func find(_ name: String, of project: Project, in db: StoreTransaction) throws -> Source {
    let path = name.hasPrefix("/") ? name : Source.path(ofUpload: name)
    guard let source = try queue.projects.source(at: path, of: project.id, in: db) else {
      throw IndexerError(
        .notFound, "project \(project.name) has no source \(name); GET /projects/\(project.name)/sources lists them")
    }
    return source
  }

  func report(_ source: Source) throws -> SourceReport {
    try queue.store.read { db in
      let last = try queue.jobs.last(ofSource: source.id, in: db)
      return SourceReport(
        source, version: try queue.projects.versions(of: source, in: db).first,
        lastJob: last.map { .init(id: $0.id, status: $0.status) })
    }
  }

  /// Takes a source out of its project: no search finds it from now on, an upload's bytes are removed, and a job takes
  /// its files out of the index. A directory itself is not touched.
  ///
  /// - Returns: the job; nil when the project has no index.
  /// - Throws: `conflict` while the source is at work; `not_found`.
  package func removeSource(_ name: String, of project: String, actor: String) throws -> JobReport? {
    var dropped: [Job] = []
    let (source, job) = try recordingRefusal(of: .removeSource, project: project, subject: name, actor: actor) { db in
      dropped = []
      let project = try queue.projects.require(name: project, in: db)
      let source = try find(name, of: project, in: db)
      let unfinished = try queue.jobs.unfinishedJobs(directory: source.path, in: db).filter { $0.sourceID == source.id }
      if let held = unfinished.first(where: { $0.status.isActive && !queue.jobs.isInterrupted($0) }) {
        throw IndexerError(
          .conflict,
          "job \(held.id) is reading \(name); try again when it has ended, or `indexer cancel \(held.id)` it first",
          details: ["job": held.id, "status": held.status.rawValue])
      }
      for waiting in unfinished where !waiting.status.isActive {
        try queue.jobs.control(waiting.id, .cancel, actor: actor, in: db)
        dropped.append(waiting)
      }
      try queue.projects.remove(source, in: db)
      try queue.projects.record(.removeSource, project: project.name, subject: source.path, actor: actor, in: db)
      // A worker that seems to be gone may still publish what it has read.
      let isIndexed = try queue.projects.published(of: project.id, in: db) != nil
      guard isIndexed || unfinished.contains(where: \.status.isActive) else {
        try queue.projects.markGone(source, from: 0, in: db)
        return (source, Job?.none)
      }
      return (source, try enqueue(source, kind: .index, by: actor, in: db))
    }
    try queue.hooks.reached(.sourceRemoved)
    for job in dropped { Abandoned(queue: queue, logger: logger).discard(job) }
    // In a transaction, as an upload places its file: the same name may have come again meanwhile.
    try queue.store.write { db in
      guard source.uploadName != nil, try queue.projects.source(source.id, in: db)?.isRemoved == true else { return }
      try StoredUploads(of: source, in: queue.directory).remove()
    }
    return try job.map { try report($0.id) }
  }
}
