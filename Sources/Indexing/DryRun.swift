internal import Catalog
internal import Extraction
internal import Foundation
package import IndexModel
internal import Projects
internal import SQLiteStore
internal import Scanning

extension IndexingService {
  /// What a job for this directory would do, found out by a walk and without reading a file. Writes nothing.
  package func dryRun(_ request: StartRequest) throws -> DryRunReport {
    let directory = try Self.canonical(request.directory)
    let known = try knownSource(directory, project: request.project)
    let defaults = WalkOptions(maximumFileSize: settings.maximumFileSize)
    let options = request.changes.applied(to: known?.source.options ?? defaults)
    let walk = TreeWalk(
      root: directory, options: options, ownFiles: OwnFiles.identities(in: queue.directory),
      ownDirectory: FileIdentity(path: queue.directory.path))
    let found = try walk.run(isStopped: { false })
    if let known, known.location != nil, found.mayBeUnmounted(known.source) {
      throw known.source.unmounted(remedy: "then try again")
    }
    var report = DryRunReport(directory: directory)
    report.found = found.entries.count
    report.bytes = found.entries.reduce(0) { $0 + $1.fingerprint.size }
    report.ignored = found.ignoredEntries
    report.ignoredBy = found.ignoredByRule.map { IgnoredBy(rule: $0.rule.description, count: $0.count) }
    var recorded = try known.map { try recordedFiles($0) } ?? [:]
    for entry in found.entries {
      let old = recorded.removeValue(forKey: entry.path)
      switch entry.verdict {
      case .skipped(let reason): report.skipped[reason.rawValue, default: 0] += 1
      case .failed(let reason): report.failed[reason.rawValue, default: 0] += 1
      case .file:
        guard let old else {
          report.new += 1
          continue
        }
        if old.isCurrent(entry.fingerprint) { report.unchanged += 1 } else { report.changed += 1 }
      }
    }
    report.removed = found.isComplete ? recorded.count : 0
    return report
  }

  private struct Recorded {
    var fingerprint: Fingerprint
    var recorded: Int64
    var isSettled: Bool

    func isCurrent(_ now: Fingerprint) -> Bool {
      isSettled && now == fingerprint && !now.isRacy(recorded: recorded)
    }
  }

  private func recordedFiles(_ known: (source: Source, standing: Standing, location: ShardLocation?)) throws
    -> [RelativePath: Recorded]
  {
    guard let location = known.location else { return [:] }
    var files: [RelativePath: Recorded] = [:]
    for number in 0..<location.generation.shards {
      try ShardReader(location, number: number).read { rows in
        try rows.eachRecord(of: known.source.id) { record in
          let isSettled = known.standing.stands(record)
          files[RelativePath(bytes: Array(record.path))] = Recorded(
            fingerprint: record.fingerprint, recorded: record.recorded, isSettled: isSettled)
        }
      }
    }
    return files
  }

  private func knownSource(
    _ directory: String, project: String?
  ) throws -> (source: Source, standing: Standing, location: ShardLocation?)? {
    try queue.store.read { db in
      for source in try queue.projects.sources(at: directory, in: db) {
        guard let owner = try queue.projects.find(id: source.projectID, in: db),
          project == nil || owner.name == project
        else { continue }
        let location = try queue.projects.published(of: owner.id, in: db).map {
          queue.location($0, of: owner.id)
        }
        return (source, Standing(owner.columns), location)
      }
      return nil
    }
  }
}
