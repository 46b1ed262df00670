internal import Catalog
internal import Foundation
package import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore

extension IndexingService {
  package func projects() throws -> [ProjectReport] {
    let rows = try queue.store.read { db in
      try queue.projects.list(in: db).map { project in
        (project, try sources(of: project, in: db), try queue.projects.published(of: project.id, in: db))
      }
    }
    return rows.map(report)
  }

  /// - Throws: `not_found`.
  package func project(_ name: String) throws -> ProjectReport {
    let row = try queue.store.read { db in
      let project = try queue.projects.require(name: name, in: db)
      return (project, try sources(of: project, in: db), try queue.projects.published(of: project.id, in: db))
    }
    return report(row.0, row.1, row.2)
  }

  /// The sources of a project, without what its index says.
  ///
  /// - Throws: `not_found`.
  package func sources(of project: String) throws -> [SourceReport] {
    try queue.store.read { try sources(of: try queue.projects.require(name: project, in: $0), in: $0) }
  }

  private func sources(of project: Project, in db: StoreTransaction) throws -> [SourceReport] {
    let versions = try queue.projects.newestVersions(of: project.id, in: db)
    let jobs = try queue.projects.lastJobs(of: project.id, in: db)
    return try queue.projects.sources(of: project.id, in: db).map {
      SourceReport($0, version: versions[$0.id], lastJob: jobs[$0.id])
    }
  }

  private func report(_ project: Project, _ sources: [SourceReport], _ generation: Generation?) -> ProjectReport {
    var report = ProjectReport(
      id: project.id, name: project.name, generation: generation?.number, sources: sources, files: 0, units: 0,
      bytesOnDisk: 0, createdAt: project.createdAt)
    guard let generation else { return report }
    let location = queue.location(generation, of: project.id)
    for number in 0..<generation.shards {
      do {
        let totals = try ShardReader(location, number: number).read { try $0.totals() }
        report.files += totals.files
        report.units += totals.units
      } catch {
        report.problem = "\(error)"
      }
    }
    report.bytesOnDisk = location.bytesOnDisk
    return report
  }

  /// Makes a project without sources.
  ///
  /// - Throws: `conflict` when there is one of this name; `usage` when it cannot be a name.
  package func makeProject(_ name: String, actor: String) throws -> ProjectReport {
    try queue.store.write { db in
      guard try queue.projects.find(name: name, in: db) == nil else {
        throw IndexerError(.conflict, "there is a project \(name) already; choose another name")
      }
      _ = try queue.projects.create(name: name, in: db)
      try queue.projects.record(.makeProject, project: name, actor: actor, in: db)
    }
    return try project(name)
  }

  /// A directory by its id, with the project that has it.
  ///
  /// - Throws: `not_found`.
  package func source(_ id: String) throws -> (path: String, project: String) {
    try queue.store.read { db in
      guard let number = Int64(id), let source = try queue.projects.source(number, in: db),
        !source.isRemoved, let project = try queue.projects.find(id: source.projectID, in: db)
      else { throw IndexerError(.notFound, "there is no source \(id); the sources of a project have their ids") }
      return (source.path, project.name)
    }
  }

  /// Makes a job for each of a project's sources that reads all of its files again; all jobs or none. What was indexed
  /// before is found until it is replaced, file by file.
  ///
  /// - Parameters:
  ///   - ids: nil for all.
  ///   - allowedRoots: as in ``StartRequest``.
  /// - Throws: `not_found`; `forbidden`; `queue_full`.
  package func reprocess(
    _ name: String, sources ids: [String]?, allowedRoots: [String]? = nil, actor: String
  ) throws -> [JobReport] {
    let jobs = try queue.store.write { db -> [String]? in
      let project = try queue.projects.require(name: name, in: db)
      let all = try queue.projects.sources(of: project.id, in: db)
      let chosen = try ids.map { ids in
        try Set(ids).sorted().map { id in
          guard let source = all.first(where: { String($0.id) == id }) else {
            throw IndexerError(.notFound, "project \(name) has no source \(id)")
          }
          return source
        }
      }
      let wanted = chosen ?? all
      if let allowedRoots {
        for source in wanted where source.uploadName == nil { try Self.require(source.path, in: allowedRoots) }
      }
      // A refusal is a row in the history too, so it is a value here: an error would take that row back.
      let room = max(0, settings.queueLimit - wanted.count + 1)
      if let first = wanted.first, try queue.jobs.refusal(of: first.path, false, by: actor, limit: room, in: db) != nil
      {
        return nil
      }
      return try wanted.compactMap { source in
        let made = try queue.jobs.enqueue(
          NewJob(
            projectID: project.id, sourceID: source.id, kind: .reprocess, directory: source.path,
            options: JobOptions(walk: source.options, readsAll: true), requestedBy: actor),
          limit: .max, in: db)
        guard case .accepted(let job, _) = made else { return nil }
        try queue.projects.record(
          .reprocess, project: project.name, subject: job.id, detail: source.path, actor: actor, in: db)
        return job.id
      }
    }
    guard let jobs else {
      throw IndexerError(
        .queueFull,
        "\(settings.queueLimit) jobs may be queued, and there is no room for all of these; nothing was made",
        details: ["limit": String(settings.queueLimit)])
    }
    return try jobs.map(report)
  }

  /// Removes a project, its history and its index. The files it indexed are not touched.
  ///
  /// - Throws: ``IndexerError/Code/conflict`` while a worker holds one of its jobs.
  package func removeProject(_ name: String, actor: String) throws {
    let project = try recordingRefusal(of: .removeProject, project: name, subject: nil, actor: actor) { db in
      let project = try queue.projects.require(name: name, in: db)
      if let held = try queue.jobs.heldJobs(in: db).first(where: {
        $0.projectID == project.id && !queue.jobs.isInterrupted($0)
      }) {
        throw IndexerError(
          .conflict,
          "job \(held.id) of project \(name) is \(held.status.rawValue); `indexer cancel \(held.id)` it first",
          details: ["job": held.id, "status": held.status.rawValue])
      }
      try queue.projects.remove(project, in: db)
      try queue.projects.record(.removeProject, project: name, subject: project.id, actor: actor, in: db)
      return project
    }
    try Target.removeDirectory(queue.directory.project(project.id))
  }

  /// The project that a verb is about.
  ///
  /// - Parameter name: nil for the only one there is.
  /// - Throws: `not_found`; `usage` when the name is needed.
  func theProject(_ name: String?, in db: StoreTransaction) throws -> Project {
    if let name { return try queue.projects.require(name: name, in: db) }
    let projects = try queue.projects.list(in: db)
    switch projects.count {
    case 0: throw IndexerError(.notFound, "there is no project yet; `indexer start DIR` makes one")
    case 1: return projects[0]
    default:
      let names = projects.map(\.name).joined(separator: ", ")
      throw IndexerError(.usage, "say which project (--project NAME); there are: \(names)")
    }
  }
}
