internal import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore
internal import Tokens

/// What indexes need from time to time, without anybody's asking.
struct Upkeep: Sendable {
  let queue: QueueStore
  let settings: Settings

  /// Makes a job for each index that an older version of the tokeniser made, and that no job is going to make anew.
  ///
  /// - Returns: the ids of the jobs.
  @discardableResult
  func rebuildOutdated() throws -> [String] {
    // Looked at first without the write lock, as it nearly always finds nothing.
    guard try queue.store.read({ try !outdated(in: $0).isEmpty }) else { return [] }
    return try queue.store.write { db in
      try outdated(in: db).compactMap { source in
        let made = try queue.jobs.enqueue(
          NewJob(
            projectID: source.projectID, sourceID: source.id, kind: .snapshot, directory: source.path,
            options: JobOptions(walk: source.options, build: .rebuild), requestedBy: "worker"),
          limit: settings.queueLimit, in: db)
        guard case .accepted(let job, _) = made else { return nil }
        return job.id
      }
    }
  }

  /// A source of each project; its other sources are carried over by the rebuild.
  private func outdated(in db: StoreTransaction) throws -> [Source] {
    try queue.projects.list(in: db).compactMap { project in
      guard let published = try queue.projects.published(of: project.id, in: db),
        published.tokenizerVersion < Tokenizer.version, try !isSeenTo(project, in: db)
      else { return nil }
      return try queue.projects.sources(of: project.id, in: db).first
    }
  }

  /// Whether a job will rebuild it, whatever it was asked to do; or one has tried to, and a user has to look why it
  /// failed.
  private func isSeenTo(_ project: Project, in db: StoreTransaction) throws -> Bool {
    let unfinished: Set<JobStatus> = [.queued, .running, .pausing, .paused, .cancelling]
    return try queue.jobs.list(.init(statuses: unfinished.union([.failed]), projectID: project.id), in: db)
      .contains { unfinished.contains($0.status) || $0.requestedBy == "worker" }
  }
}
