internal import CSupport
internal import Catalog
internal import Foundation
package import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore

extension IndexingService {
  /// Looks at everything that can go wrong with a data directory. Changes nothing.
  package func doctor() throws -> [Finding] {
    var findings = [SQLiteLibrary.finding, diskSpace()]
    findings += try queueFile()
    findings += try heldJobs()
    for location in try locations() {
      for shard in 0..<location.generation.shards { findings.append(shardFile(location, shard)) }
    }
    return findings
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
    return jobs.map { job in
      let isInterrupted = queue.jobs.isInterrupted(job)
      return Finding(
        check: "job \(job.id)", isWell: !isInterrupted,
        message: isInterrupted ? "\(job.status.rawValue), but its worker is gone" : job.status.rawValue,
        remedy: isInterrupted ? "indexer resume --interrupted" : nil)
    }
  }

  private func locations() throws -> [ShardLocation] {
    try queue.store.read { db in
      try queue.projects.list(in: db).compactMap { project in
        try queue.projects.published(of: project.id, in: db).map {
          queue.location($0, of: project.id)
        }
      }
    }
  }

  private static let damagedShard =
    "keep a copy of the file; the other shards and projects are not affected, and `indexer projects remove` lets it go"

  private func shardFile(_ location: ShardLocation, _ shard: Int) -> Finding {
    let name = "shard \(location.file(shard))"
    do {
      let problems = try ShardCheck.findings(location, shard: shard)
      return Finding(
        check: name, isWell: problems.isEmpty, message: problems.isEmpty ? "whole" : problems.joined(separator: "; "),
        remedy: problems.isEmpty ? nil : Self.damagedShard)
    } catch let error as IndexerError {
      return Finding(
        check: name, isWell: false, message: error.message,
        remedy: Self.damagedShard)
    } catch {
      return Finding(check: name, isWell: false, message: "\(error)", remedy: nil)
    }
  }
}
