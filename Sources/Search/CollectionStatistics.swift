internal import Foundation

/// What ranking needs to know of all that is searched: sums over shards, so that answers do not depend on how many
/// there are.
struct CollectionStatistics {
  var units: Int64 = 0
  var tokens: Int64 = 0
  /// In how many units each word occurs.
  var occurrences: [QueryWord: Int64] = [:]

  static func + (left: Self, right: Self) -> Self {
    Self(
      units: left.units + right.units, tokens: left.tokens + right.tokens,
      occurrences: left.occurrences.merging(right.occurrences, uniquingKeysWith: +))
  }

  /// Tokens.
  var averageLength: Double { units > 0 && tokens > 0 ? Double(tokens) / Double(units) : 1 }

  /// BM25's inverse document frequency in the form that Lucene uses, which is never negative:
  /// ln(1 + (N − n + 0.5) / (n + 0.5)).
  func weight(of word: QueryWord) -> Double {
    let matching = Double(occurrences[word] ?? 0)
    return log(1 + (max(Double(units) - matching, 0) + 0.5) / (matching + 0.5))
  }

  /// The words to look for when any of them will do: the rarest first, as long as they occur in no more than
  /// `maximumAnyWordMatches` units in sum; the rarest in any case, unless it is nowhere.
  ///
  /// Very common words tell little and cost most, so they go first. Equally rare ones stay in the query's order.
  func wordsForAny(of words: [QueryWord]) -> [QueryWord] {
    let known = words.enumerated().map {
      (offset: $0.offset, word: $0.element, count: occurrences[$0.element] ?? 0)
    }
    var sum: Int64 = 0
    var chosen: [QueryWord] = []
    for (_, word, count) in known.sorted(by: { ($0.count, $0.offset) < ($1.count, $1.offset) })
    where count > 0 {
      sum += count
      if sum > Self.maximumAnyWordMatches, !chosen.isEmpty { break }
      chosen.append(word)
    }
    return chosen
  }

  /// About 5 ms of work on two cores.
  static let maximumAnyWordMatches: Int64 = 32_768
}
