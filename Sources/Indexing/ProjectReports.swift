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
        (
          project, try queue.projects.sources(of: project.id, in: db),
          try queue.projects.published(of: project.id, in: db)
        )
      }
    }
    return rows.map { project, sources, generation in
      var report = ProjectReport(
        id: project.id, name: project.name, generation: generation?.number,
        sources: sources.map { .init(id: String($0.id), path: $0.path, options: $0.options) }, files: 0, units: 0,
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
  }

  /// Removes a project, its history and its index. The files it indexed are not touched.
  ///
  /// - Throws: ``IndexerError/Code/conflict`` while a worker holds one of its jobs.
  package func removeProject(_ name: String, actor: String) throws {
    let project = try queue.store.write { db in
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
