/// What became of one file: the JSON contract of `status --files` and, with more, of `why`.
package struct FileReport: Codable, Hashable, Sendable {
  /// Absolute. Bytes that are not UTF-8 are shown as U+FFFD.
  package var path: String
  package var outcome: OutcomeName
  @ExplicitNull package var reason: String?
  /// XXH3 128-bit, hexadecimal.
  @ExplicitNull package var contentHash: String?
  @ExplicitNull package var size: Int64?
  @ExplicitNull package var mtime: Timestamp?
  package var units: Int
  @ExplicitNull package var indexedAt: Timestamp?
  @ExplicitNull package var job: String?

  package init(
    path: String, outcome: OutcomeName, reason: String?, contentHash: String? = nil, size: Int64? = nil,
    mtime: Timestamp? = nil, units: Int = 0, indexedAt: Timestamp? = nil, job: String? = nil
  ) {
    self.path = path
    self.outcome = outcome
    self.reason = reason
    self.contentHash = contentHash
    self.size = size
    self.mtime = mtime
    self.units = units
    self.indexedAt = indexedAt
    self.job = job
  }
}

/// Why one file is, or is not, found by searches.
package struct FileExplanation: Codable, Hashable, Sendable {
  /// Absolute.
  package var path: String
  @ExplicitNull package var project: String?
  @ExplicitNull package var source: String?
  /// What the index has; nil when it has nothing of this file.
  @ExplicitNull package var recorded: FileReport?
  package var verdict: Verdict
  /// The ignore rule, such as `.gitignore:3: *.o`.
  @ExplicitNull package var rule: String?
  /// A sentence for people.
  package var explanation: String

  /// What the next run would do with the file as it is now.
  package enum Verdict: String, Codable, Hashable, Sendable {
    case upToDate = "up_to_date"
    /// New, or changed since it was indexed.
    case due
    case skipped, ignored, missing
    case unreadable
    /// No source of any project holds it.
    case outside
  }

  package init(
    path: String, project: String?, source: String?, recorded: FileReport?, verdict: Verdict, rule: String?,
    explanation: String
  ) {
    self.path = path
    self.project = project
    self.source = source
    self.recorded = recorded
    self.verdict = verdict
    self.rule = rule
    self.explanation = explanation
  }
}
