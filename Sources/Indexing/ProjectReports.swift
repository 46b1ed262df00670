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
      for file in location.databaseFiles {
        var status = stat()
        if lstat(file, &status) == 0 { report.bytesOnDisk += Int64(status.st_size) }
      }
      return report
    }
  }

  /// Removes a project, its history and its index. The files it indexed are not touched.
  ///
  /// - Throws: ``IndexerError/Code/conflict`` while a worker holds one of its jobs.
  package func removeProject(_ name: String) throws {
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
      return project
    }
    try Target.removeDirectory(queue.directory.project(project.id))
  }
}
