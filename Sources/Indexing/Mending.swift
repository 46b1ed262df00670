internal import Catalog
internal import Foundation
internal import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore

/// What `doctor --fix` does: only what loses nothing and takes nothing from anybody who is at work.
extension IndexingService {
  /// Mends what can be mended safely. The jobs that it makes need a worker: see ``resumeInterrupted()``.
  ///
  /// - Returns: what was done, a sentence each.
  package func mend(actor: String) throws -> [String] {
    var done: [String] = []
    for project in try queue.store.read({ try queue.projects.list(in: $0) }) {
      if let sentence = try rebuildDamagedShards(of: project, actor) { done.append(sentence) }
    }
    let logs = try emptyLogs()
    if logs > 0 { done.append("emptied \(logs) logs that had grown") }
    let pruned = try prune(dryRun: false, actor: actor)
    if pruned != PruneReport() {
      done.append(
        "removed what is not needed any more: \(pruned.generations.count + pruned.directories.count) of the directories, "
          + "\(pruned.jobs) of the jobs")
    }
    return done
  }

  /// Makes a job that builds the next generation of whole copies and of new shards in the place of damaged ones. When it
  /// publishes, it makes one for each other directory of the project, whose files in these shards it does not know.
  private func rebuildDamagedShards(of project: Project, _ actor: String) throws -> String? {
    guard let generation = try queue.store.read({ try queue.projects.published(of: project.id, in: $0) }),
      try !isHeld(project.id)
    else { return nil }
    let location = queue.location(generation, of: project.id)
    let damaged = try (0..<generation.shards).filter { try ShardCheck.isDamaged(location, shard: $0) }
    guard !damaged.isEmpty else { return nil }
    let isQueued = try queue.store.write { db in
      // A job that has claimed it meanwhile has changed it.
      guard try repair(of: project, in: db) == nil,
        try !queue.jobs.heldJobs(in: db).contains(where: { $0.projectID == project.id }),
        try queue.projects.published(of: project.id, in: db)?.checksums == generation.checksums,
        let source = try sourceForRepair(of: project, in: db)
      else { return false }
      _ = try queue.jobs.enqueue(
        NewJob(
          projectID: project.id, sourceID: source.id, kind: .snapshot, directory: source.path,
          options: JobOptions(walk: source.options, build: .repair), requestedBy: actor),
        limit: .max, in: db)
      return true
    }
    guard isQueued else { return nil }
    return "queued a job that reads the files of \(damaged.count) damaged shards of \(project.name) again; "
      + "the other shards answer meanwhile"
  }

  /// One whose directory is there: a job for another would fail, and the project could not be mended.
  private func sourceForRepair(of project: Project, in db: StoreTransaction) throws -> Source? {
    let sources = try queue.projects.sources(of: project.id, in: db)
    return sources.first { (try? Self.canonical($0.path)) == $0.path } ?? sources.first
  }

  /// The job that will make damaged shards of a project anew.
  func repair(of project: Project, in db: StoreTransaction) throws -> Job? {
    try queue.jobs.list(.init(statuses: [.queued, .running, .pausing, .paused], projectID: project.id), in: db)
      .first { $0.options.build == .repair || $0.options.build == .rebuild }
  }

  /// Logs are emptied by whoever writes next; one of a project that nobody indexes any more would stay.
  private func emptyLogs() throws -> Int {
    var emptied = 0
    for project in try queue.store.read({ try queue.projects.list(in: $0) }) {
      guard let generation = try queue.store.read({ try queue.projects.published(of: project.id, in: $0) }),
        try !isHeld(project.id)
      else { continue }
      let location = queue.location(generation, of: project.id)
      for shard in 0..<generation.shards where Self.logSize(location.file(shard)) > Self.largeLog {
        let store = try StoreFile(
          path: location.file(shard), schema: .shard, access: .readWrite(.kill), lock: location.lock(shard),
          retries: location.retries)
        if try store.checkpoint() { emptied += 1 }
        try store.close()
      }
    }
    return emptied
  }

  /// Bytes.
  static let largeLog: Int64 = 64 << 20

  static func logSize(_ file: String) -> Int64 {
    var status = stat()
    return lstat(file + "-wal", &status) == 0 ? Int64(status.st_size) : 0
  }
}
