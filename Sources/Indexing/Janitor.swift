internal import Catalog
internal import Foundation
internal import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore

/// Removes what nobody needs any more: old generations, builds of jobs that have ended, directories that no row knows,
/// and the history whose time is over. Takes nothing that a job or an open reader uses; what is in use goes next time.
struct Janitor: Sendable {
  let queue: QueueStore
  let settings: Settings

  /// What can go, and with `removing` goes.
  ///
  /// - Parameter actor: for the history.
  func sweep(removing: Bool, actor: String) throws -> PruneReport {
    var report = PruneReport()
    let trouble = Trouble()
    for project in try queue.store.read({ try queue.projects.list(in: $0) }) {
      trouble.passing { report.generations += try generations(of: project, removing, actor) }
    }
    trouble.passing { report.directories = try directories(removing, trouble) }
    trouble.passing { report.jobs = try history(removing) }
    if let first = trouble.first { throw first }
    return report
  }

  /// What cannot be removed keeps nothing else from going.
  private final class Trouble {
    private(set) var first: (any Error)?

    func passing(_ body: () throws -> Void) {
      do { try body() } catch { first = first ?? error }
    }
  }

  /// - Returns: how many jobs.
  private func history(_ removing: Bool) throws -> Int {
    let cutoff = Timestamp(milliseconds: Timestamp.now().milliseconds - Int64(settings.keepDays) * 86_400_000)
    if removing { try auditHistory() }
    guard removing else { return try queue.store.read { try queue.jobs.countEnded(before: cutoff, in: $0) } }
    var total = 0
    // Looked at first without the write lock. A few at a time: nobody waits long for the queue.
    while try queue.store.read({ try queue.jobs.hasOldHistory(before: cutoff, in: $0) }) {
      total += try queue.store.write { try queue.jobs.removeEnded(before: cutoff, limit: 200, in: $0) }
    }
    return total
  }

  private func auditHistory() throws {
    let cutoff = Timestamp(milliseconds: Timestamp.now().milliseconds - Int64(settings.keepAuditDays) * 86_400_000)
    guard try queue.store.read({ try queue.projects.hasHistory(before: cutoff, in: $0) }) else { return }
    try queue.store.write { try queue.projects.removeHistory(before: cutoff, in: $0) }
  }

  // MARK: Generations

  private func generations(of project: Project, _ removing: Bool, _ actor: String) throws -> [PruneReport.Item] {
    try queue.store.read { try dispensable(project.id, in: $0) }.compactMap { generation in
      let location = queue.location(generation, of: project.id)
      // Held until the files are gone: a reader that comes now is told to look again which generation it is.
      guard let lock = try GenerationLock.forRemoval(of: location) else { return nil }
      let item = PruneReport.Item(path: location.path, bytes: Self.size(of: location.path))
      guard removing else { return item }
      let isRemoved = try queue.store.write { db in
        // It may have been published again meanwhile.
        guard try dispensable(project.id, in: db).contains(where: { $0.number == generation.number }) else {
          return false
        }
        try queue.projects.removeGeneration(generation.number, of: project.id, in: db)
        if generation.isImport { try queue.projects.removeIfNew(project, in: db) }
        if generation.publishedAt != nil {
          try queue.projects.record(
            .removeGeneration, project: project.name, subject: String(generation.number), actor: actor, in: db)
        }
        return true
      }
      guard isRemoved else { return nil }
      try queue.hooks.reached(.generationForgotten)
      try Target(location: location).removeFiles()
      lock.release()
      return item
    }
  }

  /// Published ones beyond those that are kept, and builds whose job will not go on with them.
  private func dispensable(_ projectID: String, in db: StoreTransaction) throws -> [Generation] {
    let all = try queue.projects.generations(of: projectID, in: db)
    guard let current = try queue.projects.published(of: projectID, in: db)?.number else {
      return try all.filter { try isAbandoned($0, projectID, in: db) }
    }
    // What a repair has set aside is none that one could go back to: kept as long as what was made of it is read.
    let setAside = Set(all.filter { $0.build?.isIncomplete == true }.compactMap(\.build?.base))
    let origin = all.first { $0.number == current }?.build?.base
    let older = all.filter { $0.publishedAt != nil && $0.number != current && !setAside.contains($0.number) }
      .sorted { ($0.currentAt ?? $0.createdAt).milliseconds > ($1.currentAt ?? $1.createdAt).milliseconds }
    let kept = Set(older.prefix(max(0, settings.keepGenerations - 1)).map(\.number) + [current])
      .union(setAside.filter { $0 == origin })
    return try all.filter { generation in
      generation.publishedAt == nil ? try isAbandoned(generation, projectID, in: db) : !kept.contains(generation.number)
    }
  }

  private func isAbandoned(_ generation: Generation, _ projectID: String, in db: StoreTransaction) throws -> Bool {
    guard generation.publishedAt == nil else { return false }
    guard let job = generation.build?.jobID else {
      // Made in place and never published: whoever made it is gone when no job is at work.
      return try !queue.jobs.heldJobs(in: db).contains { $0.projectID == projectID }
    }
    guard let status = try queue.jobs.find(job, in: db)?.status else { return true }
    return status.isTerminal || status == .failed
  }

  // MARK: Directories without a row

  private func directories(_ removing: Bool, _ trouble: Trouble) throws -> [PruneReport.Item] {
    // Listed first: what is made after this has its row before its directory.
    let listed = try Self.names(in: queue.directory.projects).map { id in
      let names = try Self.names(in: queue.directory.project(id))
      return (id, names.compactMap { $0.hasPrefix("gen-") ? Int($0.dropFirst(4)) : nil })
    }
    var items: [PruneReport.Item] = []
    for (id, generations) in listed {
      guard try queue.store.read({ try queue.projects.find(id: id, in: $0) }) != nil else {
        // A project that nobody has removed is one that the queue has forgotten: see ``QueueRescue``.
        if try queue.store.read({ try queue.projects.isRemoved(id: id, in: $0) }) {
          trouble.passing { try remove(queue.directory.project(id), removing, &items) }
        }
        continue
      }
      for number in generations {
        let location = queue.location(Generation(number: number, shards: 1, tokenizerVersion: 0), of: id)
        // Held until it is gone, and asked for its row only then: an import gives it one while it holds the lock.
        guard try queue.store.read({ try queue.projects.generation(number, of: id, in: $0) }) == nil,
          let lock = try GenerationLock.forRemoval(of: location)
        else { continue }
        defer { lock.release() }
        if try queue.store.read({ try queue.projects.generation(number, of: id, in: $0) }) == nil {
          trouble.passing { try remove(location.path, removing, &items) }
        }
      }
    }
    for (id, _) in listed {
      let uploads = queue.directory.uploads(ofProject: id)
      for name in try Self.names(in: uploads) {
        guard let number = Int64(name) else { continue }
        // In a transaction, since an upload puts its file there before its row is committed.
        try queue.store.write { db in
          guard let source = try queue.projects.source(number, in: db), !source.isRemoved else {
            trouble.passing { try remove("\(uploads)/\(name)", removing, &items) }
            return
          }
          // Its last job has read the newest version, and was killed before it took away those before.
          if removing, let version = source.version, try queue.jobs.last(ofSource: number, in: db)?.status == .completed
          {
            trouble.passing { try StoredUploads(of: source, in: queue.directory).removeVersions(before: version) }
          }
        }
      }
    }
    for path in try Self.names(in: queue.directory.staging).map({ "\(queue.directory.staging)/\($0)" }) {
      guard let abandoned = StagingDirectory(abandoned: path) else { continue }
      withExtendedLifetime(abandoned) { trouble.passing { try remove(path, removing, &items) } }
    }
    return items
  }

  private func remove(_ path: String, _ removing: Bool, _ items: inout [PruneReport.Item]) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let item = PruneReport.Item(path: path, bytes: Self.size(of: path))
    if removing { try Target.removeDirectory(path) }
    items.append(item)
  }

  /// None of one that is gone, which another sweep may have removed.
  private static func names(in directory: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    } catch {
      guard FileManager.default.fileExists(atPath: directory) else { return [] }
      throw IndexerError(.dataDirectoryUnavailable, "cannot list \(directory); check its owner and mode")
    }
  }

  /// Bytes of the files in a directory.
  private static func size(of directory: String) -> Int64 {
    guard let names = FileManager.default.enumerator(atPath: directory) else { return 0 }
    return names.reduce(0) { total, name in
      var status = stat()
      return lstat("\(directory)/\(name)", &status) == 0 ? total + Int64(status.st_size) : total
    }
  }
}
