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
    findings += try crashLoops()
    findings += try leftOvers()
    for index in try publishedIndexes() {
      for shard in 0..<index.location.generation.shards { try findings.append(shardFile(shard, of: index)) }
    }
    return findings
  }

  /// What is to be said of a data directory that cannot even be opened.
  package static func finding(of error: IndexerError) -> Finding {
    Finding(
      check: "data directory", isWell: false, message: error.message,
      remedy: error.code == .damaged
        ? "indexer doctor --fix, which sets the damaged file aside and rescues what can be read"
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
        remedy: problems.isEmpty ? nil : "indexer doctor --fix, which sets it aside and rescues what can be read")
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

  /// Jobs that gave up after too many crashes: somebody has to look why.
  private func crashLoops() throws -> [Finding] {
    try queue.store.read { try queue.jobs.list(.init(statuses: [.failed]), in: $0) }
      .filter { $0.failure?.code == IndexerError.Code.crashLoop.rawValue }
      .map { job in
        Finding(
          check: "job \(job.id)", isWell: false, message: job.failure?.message ?? "its workers crash",
          remedy: "see \(queue.directory.logs), then `indexer resume \(job.id)`")
      }
  }

  private func leftOvers() throws -> [Finding] {
    let report = try prune(dryRun: true, actor: "doctor")
    let count = report.generations.count + report.directories.count
    return [
      Finding(
        check: "left-overs", isWell: report.directories.isEmpty,
        message: count == 0
          ? "none" : "\(count) directories with \(report.bytes / 1_000_000) MB are not needed any more",
        remedy: count == 0 ? nil : "indexer prune")
    ]
  }

  /// A published generation.
  private struct PublishedIndex {
    var project: Project
    var location: ShardLocation
    /// Searches read it; else it is kept to go back to.
    var isCurrent: Bool
    /// A worker writes to it.
    var isHeld: Bool
  }

  private func publishedIndexes() throws -> [PublishedIndex] {
    try queue.store.read { db in
      let held = Set(try queue.jobs.heldJobs(in: db).filter { !queue.jobs.isInterrupted($0) }.map(\.projectID))
      return try queue.projects.list(in: db).flatMap { project in
        try queue.projects.generations(of: project.id, in: db).filter { $0.publishedAt != nil }.map { generation in
          let isCurrent = generation.number == project.generation
          return PublishedIndex(
            project: project, location: queue.location(generation, of: project.id), isCurrent: isCurrent,
            isHeld: isCurrent && held.contains(project.id))
        }
      }
    }
  }

  private func shardFile(_ shard: Int, of index: PublishedIndex) throws -> Finding {
    let file = index.location.file(shard)
    var finding = Finding(check: "shard \(file)", isWell: false, message: "")
    // Only where it is the file that is bad; other trouble says itself what to do.
    var isDamaged = false
    do {
      let problems = try self.problems(index.location, shard: shard, isHeld: index.isHeld)
      isDamaged = !problems.isEmpty
      finding.isWell = problems.isEmpty
      finding.message =
        problems.isEmpty
        ? "whole" + (index.isHeld ? "; its full text is not checked while a job is at work" : "") + logNote(file)
        : problems.joined(separator: "; ")
    } catch let error as IndexerError {
      isDamaged = ShardCheck.isDamage(error)
      finding.message = error.message
    } catch {
      finding.message = "\(error)"
    }
    guard isDamaged else { return finding }
    if index.isCurrent {
      finding.remedy = try remedy(for: index.project)
    } else {
      // What a repair has set aside. Nothing is to be done, so nothing is wrong.
      finding.isWell = true
      finding.message += "; nobody reads it, and it goes when newer generations are published"
    }
    return finding
  }

  private func logNote(_ file: String) -> String {
    let log = Self.logSize(file)
    return log > Self.largeLog ? "; its log has \(log / 1_000_000) MB, which `indexer doctor --fix` empties" : ""
  }

  private func remedy(for project: Project) throws -> String {
    if let job = try queue.store.read({ try repair(of: project, in: $0) }) {
      return "job \(job.id) makes it anew; follow it with `indexer status \(job.id)`"
    }
    return "indexer doctor --fix, which reads the files of this shard again; the other shards answer meanwhile"
  }
}
