package import IndexModel

/// A unit that was found, with all that a front end shows of it, read in the transaction that matched it.
package struct RankedUnit: Hashable, Sendable {
  /// The position of its shard in the list that was searched.
  package var shard: Int
  /// `units.id`, of this shard only.
  package var unit: Int64
  /// `sources.id` of queue.db.
  package var source: Int64
  package var path: RelativePath
  package var kind: String?
  package var title: String?
  package var page: Int?
  package var sheet: String?
  package var rows: ClosedRange<Int>?
  /// The row that ``bestLine`` is.
  package var bestRow: Int?
  /// Of ``snippet``, counted from 1: lines of the file, or of the text that a document gave.
  package var firstLine: Int
  package var lastLine: Int
  /// The line of ``snippet`` that says most about the query: what `path:line:` shows.
  package var bestLine: Int
  /// Up to three lines, separated by newlines, without other control characters; a long line is cut around its
  /// match. Empty for a unit without text.
  package var snippet: String
  /// What is shown beside ``snippet``, line for line; empty for none.
  package var context: String
  /// Higher is better; comparable within one answer only. 0 when the query had no words.
  package var score: Double
  /// False for what any word of the query brought in, after all that has every word.
  package var hasAllWords: Bool
  /// The file as it was when it was indexed.
  package var fingerprint: Fingerprint

  /// The text of ``bestLine``.
  package var line: String {
    let lines = snippet.split(separator: "\n", omittingEmptySubsequences: false)
    let index = bestLine - firstLine
    return lines.indices.contains(index) ? String(lines[index]) : ""
  }
}

/// One page of an answer.
package struct SearchAnswer: Hashable, Sendable {
  /// Best first.
  package var units: [RankedUnit]
  /// Whether a page after this one would hold something.
  package var hasMore: Bool
}
