internal import Catalog
internal import Extraction
internal import Foundation
package import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore
internal import Scanning

extension IndexingService {
  /// Hands over each file of a job that has the outcome, shard by shard, in order of paths within each.
  package func files(_ id: String, outcome: OutcomeName, _ body: (FileReport) throws -> Void) throws {
    let (job, source, generation) = try queue.store.read { db in
      let job = try queue.jobs.resolve(id, in: db)
      let generation = try job.generation.flatMap { try queue.projects.generation($0, of: job.projectID, in: db) }
      return (job, try queue.projects.source(job.sourceID, in: db), generation)
    }
    guard let source, let generation else { return }
    let location = queue.location(generation, of: job.projectID)
    for number in 0..<generation.shards {
      // Handed over after the read: a slow reader of the list must not keep the shard's log from being emptied.
      let files = try ShardReader(location, number: number).read { rows in
        guard try rows.header(of: job.id) != nil else {
          throw IndexerError(
            .notFound,
            "the file list of job \(job.id) is gone (cancelled, or a later job for \(source.path) made a new one)")
        }
        var files: [FileReport] = []
        try rows.eachFile(of: job.id, source: source.id, outcome: outcome) { file in
          files.append(FileReport(file, root: source.root, outcome: outcome))
        }
        return files
      }
      for file in files { try body(file) }
    }
  }

  /// What became of one file, and what the next run would do with it.
  package func why(_ path: String) throws -> FileExplanation {
    let absolute = Source.isUpload(path) ? path : Self.absolute(path)
    guard let (source, project, generation) = try place(of: absolute) else {
      return FileExplanation(
        path: absolute, project: nil, source: nil, recorded: nil, verdict: .outside, rule: nil,
        explanation: "no project has a source that holds it; `indexer start DIR` adds one")
    }
    let relative = RelativePath(String(absolute.dropFirst(source.root == "/" ? 1 : source.root.count + 1)))
    let recorded = try generation.flatMap { try record(of: relative, source, project, $0) }
    let files = queue.files(of: source, ownFiles: OwnFiles.identities(in: queue.directory))
    let verdict = try files.judge().verdict(for: relative)
    let isAway = verdict == .missing && source.device.map { $0 != files.identity?.device } ?? false
    let now = Judgement(verdict, recorded: recorded, isAway: isAway, Standing(project.columns))
    return FileExplanation(
      path: absolute, project: project.name, source: String(source.id),
      recorded: recorded.map { FileReport($0, root: source.root) }, verdict: now.verdict, rule: now.rule,
      explanation: now.explanation)
  }

  private func place(of path: String) throws -> (Source, Project, Generation?)? {
    try queue.store.read { db in
      let holders = try queue.projects.allSources(in: db).filter {
        path == $0.path || path.hasPrefix($0.path == "/" ? "/" : $0.path + "/")
      }
      guard let source = holders.max(by: { $0.path.count < $1.path.count }),
        let project = try queue.projects.find(id: source.projectID, in: db)
      else { return nil }
      return (source, project, try queue.projects.published(of: project.id, in: db))
    }
  }

  private func record(
    of path: RelativePath, _ source: Source, _ project: Project, _ generation: Generation
  ) throws -> FileRow? {
    let location = queue.location(generation, of: project.id)
    let shard = ShardLocation.shard(of: path, among: generation.shards)
    return try ShardReader(location, number: shard).read { try $0.file(source: source.id, path: path) }
  }

  /// Absolute, with links in the directory part resolved; the file itself may be one.
  private static func absolute(_ path: String) -> String {
    let url = URL(fileURLWithPath: path)
    guard let parent = realpath(url.deletingLastPathComponent().path, nil) else { return url.path }
    defer { free(parent) }
    let directory = String(cString: parent)
    return (directory == "/" ? "" : directory) + "/" + url.lastPathComponent
  }
}

/// What the rules and the file's state say now, in words.
private struct Judgement {
  var verdict: FileExplanation.Verdict
  var rule: String?
  var explanation: String

  /// - Parameter isAway: the source is on another file system than when it was walked.
  init(_ now: PathVerdict, recorded: FileRow?, isAway: Bool, _ standing: Standing) {
    switch now {
    case .missing where isAway:
      verdict = .missing
      explanation = "it is not there, and its source is on another file system than when it was indexed: is it mounted?"
    case .missing:
      verdict = .missing
      explanation = recorded == nil ? "there is no such file" : "it is gone; the next run removes it from the index"
    case .directory:
      verdict = .skipped
      explanation = "it is a directory; ask about a file in it"
    case .ignored(let ignoring):
      verdict = .ignored
      rule = ignoring.pattern.isEmpty ? "\(ignoring)" : "\(ignoring): \(ignoring.pattern)"
      explanation = "left out by \(ignoring)"
    case .skipped(let reason):
      verdict = .skipped
      explanation = "not read: \(reason.rawValue)"
    case .failed(let reason):
      verdict = .unreadable
      explanation = "cannot be looked at: \(reason.rawValue)"
    case .file(let fingerprint):
      (verdict, explanation) = Self.state(of: fingerprint, recorded, standing)
    }
  }

  private static func state(
    of fingerprint: Fingerprint, _ recorded: FileRow?, _ standing: Standing
  ) -> (FileExplanation.Verdict, String) {
    guard let recorded else { return (.due, "not indexed yet; the next run reads it") }
    guard recorded.fingerprint == fingerprint else {
      return (.due, "it has changed since it was recorded; the next run reads it")
    }
    let due = standing.stands(recorded) ? "" : "; the next run reads it again"
    let verdict: FileExplanation.Verdict = due.isEmpty ? .upToDate : .due
    let by = Extractors.name(of: recorded.extractor).map { " (\($0))" } ?? ""
    let detail = recorded.detail.map { ": \($0)" } ?? ""
    switch recorded.outcome {
    case .skipped(.missingConverter):
      return (due.isEmpty ? .skipped : .due, "not read\(by): install \(recorded.detail ?? "its converter")\(due)")
    case .skipped(let reason):
      let words = "read\(by), and not searched by its content: \(reason.rawValue)\(detail)\(due)"
      return (due.isEmpty ? .skipped : .due, words)
    case .failed(let reason) where reason.isOfContent:
      return (due.isEmpty ? .skipped : .due, "failed\(by): \(reason.rawValue)\(detail); found by its name only\(due)")
    case .failed(let reason): return (.due, "failed: \(reason.rawValue); the next run tries again")
    case .indexed, .unchanged, .removed:
      return (verdict, "indexed\(by), \(recorded.units) unit\(recorded.units == 1 ? "" : "s")\(due)")
    }
  }
}

extension FileReport {
  init(_ file: JobFile, root: String, outcome: OutcomeName) {
    self.init(
      path: "\(root)/\(file.path)", outcome: outcome, reason: file.reason,
      contentHash: file.contentHash?.description, size: file.size,
      mtime: Timestamp(milliseconds: file.modified / 1_000_000), units: file.units, indexedAt: file.indexedAt,
      job: file.job)
  }

  init(_ file: FileRow, root: String) {
    self.init(
      path: "\(root)/\(file.path)", outcome: file.outcome.name, reason: file.outcome.reason,
      contentHash: file.contentHash?.description, size: file.fingerprint.size,
      mtime: Timestamp(milliseconds: file.fingerprint.modified / 1_000_000), units: file.units,
      indexedAt: file.indexedAt, job: file.job)
  }
}
