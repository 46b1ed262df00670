internal import CSupport
internal import Foundation
package import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore

extension IndexingService {
  /// Makes a job for a directory. It survives power loss when this returns (P1).
  ///
  /// - Throws: ``IndexerError``: `root_unavailable`, `not_found`, `conflict`, `queue_full`, `busy`, `disk_full`.
  package func start(_ request: StartRequest) throws -> StartReceipt {
    if let key = request.idempotencyKey,
      let earlier = try queue.store.read({ try queue.jobs.find(dedupeKey: key, in: $0) })
    {
      return try again(request, earlier)
    }
    if Source.isUpload(request.directory) { return try enqueue(request.directory, request) }
    if let roots = request.allowedRoots { try Self.require(request.directory, in: roots) }
    return try enqueue(Self.canonical(request.directory), request)
  }

  /// The answer to a request that came before, for a directory that may be gone meanwhile.
  private func again(_ request: StartRequest, _ earlier: Job) throws -> StartReceipt {
    let directory = (try? Self.canonical(request.directory)) ?? request.directory
    guard earlier.directory == directory, earlier.options.build == request.build else {
      throw IndexerError(
        .conflict, "the key of this request was given to another one, for \(earlier.directory); choose a new key",
        details: ["job": earlier.id, "status": earlier.status.rawValue])
    }
    return StartReceipt(job: try report(earlier.id), warnings: [])
  }

  /// Says the same of all that lies outside, whether it is there or not.
  ///
  /// - Throws: `forbidden`.
  static func require(_ path: String, in roots: [String]) throws {
    let directory =
      realpath(path, nil).map { resolved in
        defer { free(resolved) }
        return String(cString: resolved)
      } ?? URL(fileURLWithPath: path).standardizedFileURL.path
    let isAllowed = roots.contains { root in
      guard let root = try? canonical(root) else { return false }
      return directory == root || directory.hasPrefix(root == "/" ? root : root + "/")
    }
    guard isAllowed else {
      throw IndexerError(
        .forbidden,
        "\(path) lies outside of the directories that may be indexed from here: "
          + roots.joined(separator: ", ") + "; INDEXER_ROOTS of the service adds others")
    }
  }

  /// - Parameter directory: absolute, free of symbolic links.
  private func enqueue(_ directory: String, _ request: StartRequest) throws -> StartReceipt {
    let dedupeKey = request.idempotencyKey
    var earlier: Job?
    let outcome = try queue.store.write { db -> Enqueued? in
      if let dedupeKey {
        earlier = try queue.jobs.find(dedupeKey: dedupeKey, in: db)
        if earlier != nil { return nil }
      }
      // First: a refused request leaves no project behind, and changes no options.
      let refused = try queue.jobs.refusal(
        of: directory, request.refuseDuplicate, by: request.requestedBy, limit: settings.queueLimit, in: db)
      if let refused { return refused }
      let (project, source) = try place(directory, request, in: db)
      let options = JobOptions(walk: source.options, build: request.build)
      let outcome = try queue.jobs.enqueue(
        NewJob(
          projectID: project.id, sourceID: source.id,
          kind: request.build != .inPlace ? .snapshot : source.uploadName == nil ? .index : .ingest,
          directory: source.path, options: options,
          priority: request.priority, refuseDuplicate: request.refuseDuplicate, requestedBy: request.requestedBy,
          dedupeKey: dedupeKey),
        limit: settings.queueLimit, in: db)
      if case .accepted(let job, _) = outcome {
        try queue.projects.record(
          .start, project: project.name, subject: job.id, detail: source.path, actor: request.requestedBy, in: db)
      }
      try queue.hooks.reached(.willEnqueue)
      return outcome
    }
    try queue.hooks.reached(.enqueued)
    switch outcome {
    case nil:
      return try again(request, earlier!)
    case .accepted(let job, let twins):
      return StartReceipt(
        job: try report(job.id),
        warnings: twins.prefix(1).map { twin in
          let state = "job \(twin.id) for the same directory is \(twin.status.rawValue) already"
          return twin.status == .paused
            ? "\(state); this one does its work as well. To drop it: indexer cancel \(twin.id)"
            : "\(state); both will run, one after the other"
        })
    case .refusedDuplicate(let twin):
      throw IndexerError(
        .conflict,
        "job \(twin.id) for \(directory) is \(twin.status.rawValue) already; follow it with `indexer status \(twin.id)`",
        details: ["job": twin.id, "status": twin.status.rawValue])
    case .refusedFull: throw queueIsFull
    }
  }

  var queueIsFull: IndexerError {
    IndexerError(
      .queueFull,
      "\(settings.queueLimit) jobs are queued, which is the limit; wait for some to end, or raise INDEXER_QUEUE_LIMIT",
      details: ["limit": String(settings.queueLimit)])
  }

  /// Makes a job for every known directory; that of one that is away fails, and keeps no other from running. Uploads
  /// change only by another upload, which has a job of its own.
  ///
  /// - Throws: what the first was refused for. A later refusal, as by a full queue, is a warning: the jobs before it
  ///   are made.
  package func startAll(priority: Int, requestedBy: String) throws -> [StartReceipt] {
    let known = try queue.store.read { db in
      try queue.projects.allSources(in: db).filter { $0.uploadName == nil }.map { source in
        (source.path, try queue.projects.find(id: source.projectID, in: db)?.name)
      }
    }
    var receipts: [StartReceipt] = []
    for (path, project) in known {
      let request = StartRequest(directory: path, project: project, priority: priority, requestedBy: requestedBy)
      do {
        receipts.append(try enqueue(path, request))
      } catch let error as IndexerError where !receipts.isEmpty {
        let left = known.count - receipts.count
        receipts[receipts.count - 1].warnings.append("no job was made for \(left) of the directories: \(error.message)")
        break
      }
    }
    return receipts
  }

  /// The project and source of a directory, made when there is none, with the options that were given anew.
  private func place(
    _ directory: String, _ request: StartRequest, in db: StoreTransaction
  ) throws -> (Project, Source) {
    if let known = try known(directory, project: request.project, in: db) {
      let (project, source) = known
      let options = request.changes.applied(to: source.options)
      if options != source.options { try queue.projects.setOptions(options, of: source, in: db) }
      var changed = source
      changed.options = options
      return (project, changed)
    }
    guard !Source.isUpload(directory) else {
      throw IndexerError(.notFound, "there is no \(directory); GET /projects/NAME/sources lists uploads")
    }
    let project = try projectForNewSource(directory, name: request.project, in: db)
    let defaults = WalkOptions(maximumFileSize: settings.maximumFileSize)
    let source = try queue.projects.addSource(
      directory, options: request.changes.applied(to: defaults), to: project, in: db)
    return (project, source)
  }

  private func known(
    _ directory: String, project name: String?, in db: StoreTransaction
  ) throws -> (Project, Source)? {
    for source in try queue.projects.sources(at: directory, in: db) {
      guard let project = try queue.projects.find(id: source.projectID, in: db) else { continue }
      if name == nil || project.name == name { return (project, source) }
    }
    return nil
  }

  private func projectForNewSource(_ directory: String, name: String?, in db: StoreTransaction) throws -> Project {
    if let name {
      if let project = try queue.projects.find(name: name, in: db) { return project }
      return try queue.projects.create(name: name, in: db)
    }
    let base = directory.split(separator: "/").last.map(String.init) ?? "root"
    return try queue.projects.create(name: queue.projects.freeName(base, in: db), in: db)
  }

  /// The absolute path of a directory, free of symbolic links.
  static func canonical(_ directory: String) throws(IndexerError) -> String {
    guard let resolved = realpath(directory, nil) else {
      let reason = errno == ENOENT ? "does not exist" : String(cString: strerror(errno)).lowercased()
      throw IndexerError(.rootUnavailable, "\(directory) \(reason); name a directory that is there")
    }
    defer { free(resolved) }
    var status = stat()
    guard stat(resolved, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw IndexerError(.rootUnavailable, "\(directory) is not a directory; name the directory that holds it")
    }
    guard access(resolved, R_OK | X_OK) == 0 else {
      throw IndexerError(.rootUnavailable, "\(directory) cannot be read; check its permissions")
    }
    return String(cString: resolved)
  }

  /// Whether the data directory's disk has enough room for jobs to go on.
  var hasRoom: Bool {
    let free = csupport_free_bytes(queue.directory.path)
    return free < 0 || free >= settings.bytesToGoOn
  }
}
