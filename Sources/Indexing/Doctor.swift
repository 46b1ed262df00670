internal import CSupport
internal import Catalog
internal import Foundation
package import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore

extension IndexingService {
  /// Looks at everything that can go wrong with a data directory. Changes no row.
  package func doctor() throws -> [Finding] {
    var findings = [SQLiteLibrary.finding, diskSpace()] + DocumentReading.findings
    findings += try queueFile()
    findings += try heldJobs()
    for project in try indexedProjects() {
      for shard in 0..<project.location.generation.shards { findings.append(shardFile(shard, of: project)) }
    }
    return findings
  }

  /// What is to be said of a data directory that cannot even be opened.
  package static func finding(of error: IndexerError) -> Finding {
    Finding(
      check: "data directory", isWell: false, message: error.message,
      remedy: error.code == .damaged
        ? "keep a copy of the whole directory, then move queue.db* and projects out of it: `indexer start DIR` indexes anew"
        : nil)
  }

  private func diskSpace() -> Finding {
    let free = csupport_free_bytes(queue.directory.path)
    let isWell = free >= settings.minimumFreeBytes
    return Finding(
      check: "disk", isWell: isWell, message: "\(free / 1_000_000) MB free for \(queue.directory.path)",
      remedy: isWell ? nil : "make room: jobs pause themselves below \(settings.minimumFreeBytes / 1_000_000) MB")
  }

  private func queueFile() throws -> [Finding] {
    let problems = try queue.store.integrityProblems()
    let log = queue.store.logSize
    return [
      Finding(
        check: "queue.db", isWell: problems.isEmpty,
        message: problems.isEmpty ? "whole; its log has \(log) bytes" : problems.joined(separator: "; "),
        remedy: problems.isEmpty ? nil : "keep a copy of \(queue.directory.path) before anything else")
    ]
  }

  private func heldJobs() throws -> [Finding] {
    let jobs = try queue.store.read { try queue.jobs.heldJobs(in: $0) }
    let waiting = try self.jobs(in: [.queued], limit: 1)
    var findings: [Finding] = []
    if let job = waiting.first, job.unattended {
      findings.append(
        Finding(
          check: "job \(job.id)", isWell: false, message: "queued, but there is no worker",
          remedy: "indexer resume --interrupted"))
    }
    return findings
      + jobs.map { job in
        let isInterrupted = queue.jobs.isInterrupted(job)
        return Finding(
          check: "job \(job.id)", isWell: !isInterrupted,
          message: isInterrupted ? "\(job.status.rawValue), but its worker is gone" : job.status.rawValue,
          remedy: isInterrupted ? "indexer resume --interrupted" : nil)
      }
  }

  private struct IndexedProject {
    var name: String
    var location: ShardLocation
    /// A worker writes to it.
    var isHeld: Bool
  }

  private func indexedProjects() throws -> [IndexedProject] {
    try queue.store.read { db in
      let held = Set(try queue.jobs.heldJobs(in: db).filter { !queue.jobs.isInterrupted($0) }.map(\.projectID))
      return try queue.projects.list(in: db).compactMap { project in
        try queue.projects.published(of: project.id, in: db).map {
          IndexedProject(
            name: project.name, location: queue.location($0, of: project.id), isHeld: held.contains(project.id))
        }
      }
    }
  }

  private func shardFile(_ shard: Int, of project: IndexedProject) -> Finding {
    var finding = Finding(check: "shard \(project.location.file(shard))", isWell: false, message: "")
    do {
      let problems = try ShardCheck.findings(project.location, shard: shard, checkingPostings: !project.isHeld)
      finding.isWell = problems.isEmpty
      finding.message =
        problems.isEmpty
        ? "whole" + (project.isHeld ? "; its full text is not checked while a job is at work" : "")
        : problems.joined(separator: "; ")
      finding.remedy = problems.isEmpty ? nil : remedy(for: project)
    } catch let error as IndexerError {
      finding.message = error.message
      // Only then is it the file that is bad; the others say themselves what to do.
      if error.code == .damaged || error.code == .dataDirectoryUnavailable { finding.remedy = remedy(for: project) }
    } catch {
      finding.message = "\(error)"
    }
    return finding
  }

  private func remedy(for project: IndexedProject) -> String {
    "other projects are not affected; `indexer projects remove \(project.name)` lets this index go, and "
      + "`indexer start DIR` makes it anew"
  }
}
