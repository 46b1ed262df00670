internal import Catalog
internal import Foundation
package import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore

/// What users may do with the generations of a project.
extension IndexingService {
  /// The generations of a project, the newest first.
  ///
  /// - Parameter project: may be nil when there is only one.
  package func snapshots(of project: String?) throws -> SnapshotList {
    let (project, generations) = try queue.store.read { db in
      let project = try theProject(project, in: db)
      return (project, try queue.projects.generations(of: project.id, in: db))
    }
    return SnapshotList(project: project.name, snapshots: generations.map { report($0, of: project) })
  }

  private func report(_ generation: Generation, of project: Project) -> SnapshotReport {
    let state: SnapshotState
    if generation.publishedAt == nil {
      state = .building
    } else {
      state = generation.checksums == nil ? .live : .sealed
    }
    return SnapshotReport(
      generation: generation.number, current: generation.number == project.generation, state: state,
      job: generation.build?.jobID, base: generation.build?.base, createdAt: generation.createdAt,
      publishedAt: generation.publishedAt, bytes: queue.location(generation, of: project.id).bytesOnDisk)
  }

  /// Looks whether a generation is whole: the checksums that were recorded when it was published, and what
  /// ``ShardCheck`` knows.
  package func verifySnapshot(_ number: Int?, of project: String?) throws -> SnapshotVerdict {
    let (project, generation) = try published(number, of: project)
    let location = queue.location(generation, of: project.id)
    let lock = try GenerationLock.forReading(location)
    defer { withExtendedLifetime(lock) {} }
    var verdict = SnapshotVerdict(project: project.name, generation: generation.number)
    if let recorded = generation.checksums {
      let found = try (0..<generation.shards).map { try DatabaseFiles.checksum(of: location.file($0)) }
      verdict.checksums = "equal"
      for (recorded, found) in zip(recorded, found) where recorded != found {
        verdict.checksums = "different"
        verdict.problems.append("\(location.path)/\(found.name) is not what was published")
      }
    }
    // A check of the full text counts as a write, so the files of a sealed generation are left as they are.
    for shard in 0..<generation.shards {
      verdict.problems += try ShardCheck.findings(
        location, shard: shard, checkingPostings: generation.checksums == nil && !isHeld(project.id)
      ).map { "shard \(shard): \($0)" }
    }
    return verdict
  }

  /// Lets searches read an earlier generation again; the next job goes on from there.
  ///
  /// - Parameter number: nil for the one that was published before the current one.
  /// - Throws: `conflict` while a job of the project is at work; `not_found`.
  package func rollBack(to number: Int?, of project: String?, actor: String) throws -> SnapshotVerdict {
    let verdict = try verifySnapshot(number ?? previous(of: project), of: project)
    guard verdict.problems.isEmpty else {
      throw IndexerError(
        .damaged, "generation \(verdict.generation) is not whole (\(verdict.problems[0])); the current one stays")
    }
    try queue.store.write { db in
      let project = try theProject(verdict.project, in: db)
      try refuseWhileHeld(project, in: db)
      guard try queue.projects.generation(verdict.generation, of: project.id, in: db)?.publishedAt != nil else {
        throw IndexerError(.notFound, "generation \(verdict.generation) was removed meanwhile")
      }
      try queue.projects.setCurrent(verdict.generation, of: project.id, in: db)
      try queue.projects.record(
        .rollBack, project: project.name, subject: String(verdict.generation),
        detail: "from \(project.generation)", actor: actor, in: db)
      try queue.hooks.reached(.willRollBack)
    }
    try queue.hooks.reached(.rolledBack)
    return verdict
  }

  /// Removes what is not needed any more, or tells what would be removed.
  package func prune(dryRun: Bool, actor: String) throws -> PruneReport {
    try Janitor(queue: queue, settings: settings).sweep(removing: !dryRun, actor: actor)
  }

  /// The newest that is older than the current one: after going back, one goes further back.
  private func previous(of project: String?) throws -> Int {
    let list = try snapshots(of: project)
    let current = list.snapshots.first(where: \.current)?.generation ?? 0
    let earlier = list.snapshots.filter { $0.publishedAt != nil && $0.generation < current }.map(\.generation).max()
    guard let earlier else {
      throw IndexerError(
        .notFound, "project \(list.project) has no generation before the current one; `indexer snapshots list` has all")
    }
    return earlier
  }

  func published(_ number: Int?, of project: String?) throws -> (Project, Generation) {
    try queue.store.read { db in
      let project = try theProject(project, in: db)
      let generation =
        try number.map { try queue.projects.generation($0, of: project.id, in: db) }
        ?? queue.projects.published(of: project.id, in: db)
      guard let generation, generation.publishedAt != nil else {
        throw IndexerError(
          .notFound,
          "project \(project.name) has no published generation\(number.map { " \($0)" } ?? ""); "
            + "`indexer snapshots list --project \(project.name)` lists them")
      }
      return (project, generation)
    }
  }

  func isHeld(_ projectID: String) throws -> Bool {
    try queue.store.read { db in
      try queue.jobs.heldJobs(in: db).contains { $0.projectID == projectID && !queue.jobs.isInterrupted($0) }
    }
  }

  func refuseWhileHeld(_ project: Project, in db: StoreTransaction) throws {
    // An interrupted one too: its worker may only be asleep, and would go on with what is not current any more.
    let held = try queue.jobs.heldJobs(in: db).first { $0.projectID == project.id }
    guard let job = held else { return }
    throw IndexerError(
      .conflict, "job \(job.id) of project \(project.name) is \(job.status.rawValue); pause or cancel it first",
      details: ["job": job.id, "status": job.status.rawValue])
  }
}
