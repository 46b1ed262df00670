internal import IndexModel

/// The figures of a job in words: the same ones in the summary, the status and the plain progress lines.
struct JobFigures {
  var job: JobReport

  /// Whether the job is settled: finished, paused or failed.
  var isSettled: Bool { job.status.isTerminal || job.status == .failed || job.status == .paused }

  /// Seconds from start to end, or to `now`; nil before the start.
  func seconds(at now: Timestamp = .now()) -> Double? {
    guard let start = job.startedAt else { return nil }
    let end = job.completedAt ?? (isSettled || job.interrupted ? job.updatedAt : now)
    return Double(max(0, end.milliseconds - start.milliseconds)) / 1000
  }

  /// `0 files: all 78,579 ignored, by .gitignore:159`; nil unless the rules left nothing over.
  var allIgnored: String? {
    guard job.files.found == 0, job.files.ignored > 0, job.phase != .walking else { return nil }
    return
      "0 files: all \(Quantity.count(job.files.ignored)) ignored\(Self.rules(job.ignoredBy, of: job.files.ignored))"
  }

  /// `4, by .gitignore:1 (3), --include (1)`; empty when nothing is ignored.
  static func ignored(_ count: Int, by rules: [IgnoredBy]) -> String {
    count == 0 ? "" : Quantity.count(count) + self.rules(rules, of: count)
  }

  private static func rules(_ rules: [IgnoredBy], of count: Int) -> String {
    let words = rules.prefix(5).map { rule in
      PrintableText.escaped(rule.rule) + (rule.count == count ? "" : " (\(Quantity.count(rule.count)))")
    }
    return words.isEmpty ? "" : ", by " + words.joined(separator: ", ")
  }

  /// `78,579 found: 3 pending, 78,576 indexed`; outcomes that no file has are left out.
  var files: String {
    let files = job.files
    let parts: [(Int, String)] = [
      (files.pending, "pending"), (files.indexed, "indexed"), (files.unchanged, "unchanged"),
      (files.skipped, "skipped"), (files.failed, "failed"),
    ]
    let outcomes = parts.filter { $0.0 > 0 }.map { "\(Quantity.count($0.0)) \($0.1)" }
    let found = "\(Quantity.count(files.found)) found"
    return outcomes.isEmpty ? found : found + ": " + outcomes.joined(separator: ", ")
  }

  /// `3 binary, 1 too_large`, most first; empty when there are none.
  static func reasons(_ counts: [String: Int]) -> String {
    counts.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\(Quantity.count($0.value)) \($0.key)" }.joined(separator: ", ")
  }

  /// `512 MB of 1.3 GB`.
  var bytes: String {
    job.bytes.done == job.bytes.found
      ? Quantity.bytes(job.bytes.found)
      : "\(Quantity.bytes(job.bytes.done)) of \(Quantity.bytes(job.bytes.found))"
  }

  /// `2,345 files/s, 12 MB/s`; nil while nothing moves.
  var rate: String? {
    guard job.rate.filesPerSecond > 0 || job.rate.bytesPerSecond > 0 else { return nil }
    let files = job.rate.filesPerSecond
    let count = files < 9.95 ? String(Double(Int(files * 10)) / 10) : Quantity.count(Int(files))
    return "\(count) files/s, \(Quantity.bytes(Int64(job.rate.bytesPerSecond)))/s"
  }

  /// The state, with what it means for the user.
  var state: String {
    if job.interrupted { return "interrupted (\(job.status.rawValue); its worker is gone)" }
    switch job.status {
    case .running: return job.phase.map { "running, \($0.rawValue)" } ?? "running"
    case .queued:
      let position = job.queuePosition.map { ", position \($0)" } ?? ""
      return "queued" + position + (job.unattended ? "; no worker is up" : "")
    case .paused:
      switch job.pauseReason {
      case .user: return "paused by a user"
      case .diskLow: return "paused: the disk is nearly full; goes on by itself when there is room"
      case nil: return "paused"
      }
    case .pausing, .cancelling, .cancelled, .failed, .completed: return job.status.rawValue
    }
  }

  /// The command that goes on from here; nil when there is nothing to do.
  var remedy: String? {
    if job.interrupted {
      return job.status == .cancelling ? "indexer cancel \(job.id)" : "indexer resume \(job.id)"
    }
    switch job.status {
    case .paused, .failed: return "indexer resume \(job.id)"
    case .queued where job.unattended: return "indexer resume \(job.id)"
    case .queued, .running, .pausing, .cancelling, .cancelled, .completed: return nil
    }
  }

  var colour: TextStyle.Colour {
    if job.interrupted { return .yellow }
    return switch job.status {
    case .queued, .cancelled: .dim
    case .running, .pausing, .cancelling: .blue
    case .paused: .yellow
    case .failed: .red
    case .completed: .green
    }
  }

  /// An id that fits into a table: the moment of its making and the counter, unique on one machine.
  static func shortID(_ id: String) -> String { String(id.prefix(18)) }
}
