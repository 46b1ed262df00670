internal import CSupport
internal import GRDB
internal import IndexModel
internal import SQLiteStore

/// A unit that may become part of the answer, with what decides its place.
struct Candidate {
  /// The shard's position in the list that is searched.
  var shard: Int
  var unit: Int64
  var score: Double
  var path: [UInt8]
  var firstLine: Int
  var source: Int64

  /// Best first; what scores the same goes by path, then line.
  static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
    if left.score != right.score { return left.score > right.score }
    if left.path != right.path { return left.path.lexicographicallyPrecedes(right.path) }
    return (left.firstLine, left.source, left.unit) < (right.firstLine, right.source, right.unit)
  }

  static func best(_ candidates: [Candidate], _ count: Int) -> [Candidate] {
    Array(candidates.sorted(by: precedes).prefix(count))
  }
}

/// One run of an expression over one shard.
struct Matching {
  let expression: MatchExpression
  /// For each word of the expression.
  let weights: [Double]
  let averageLength: Double
  /// How many units match at most, in this shard.
  let limit: Int64

  init(_ tree: QueryTree, _ collection: CollectionStatistics, here: CollectionStatistics) {
    expression = MatchExpression(tree)
    weights = expression.words.map(collection.weight)
    averageLength = collection.averageLength
    limit = min(tree.limit { here.occurrences[$0] ?? 0 }, here.units)
  }

  /// Up to so many units, looking up each one's length (1 to 2 µs) costs less than reading all of a large shard
  /// (20 ms), which is what a process that lives for one query would otherwise spend its time on.
  private static let maximumLookups: Int64 = 8192

  /// The scores of all units that match, by rising id.
  ///
  /// Takes 16 bytes for each, which the number of units in the shard bounds.
  func hits(in searcher: ShardSearcher, _ db: Database) throws -> [csupport_hit] {
    guard limit > 0 else { return [] }
    if !searcher.lengths.isLoaded, limit > Self.maximumLookups { try searcher.lengths.refresh(db) }
    return try expression.text.withUnsafeBufferPointer { text in
      try text.withMemoryRebound(to: CChar.self) { text in
        try expression.leafOfPhrase.withUnsafeBufferPointer { leaves in
          try weights.withUnsafeBufferPointer { weights in
            try searcher.lengths.values.withUnsafeBufferPointer { lengths in
              var ranking = csupport_ranking()
              ranking.leaf_of_phrase = leaves.baseAddress
              ranking.phrases = Int32(leaves.count)
              ranking.weights = weights.baseAddress
              ranking.leaves = Int32(weights.count)
              ranking.lengths = lengths.baseAddress
              ranking.first_unit = searcher.lengths.firstUnit
              ranking.length_count = Int64(lengths.count)
              ranking.average_length = averageLength
              defer { csupport_free_hits(&ranking) }
              try ShardSearcher.check(csupport_rank(db.sqliteConnection, text.baseAddress, &ranking))
              return Array(UnsafeBufferPointer(start: ranking.hits, count: ranking.count))
            }
          }
        }
      }
    }
  }

  /// The best `count` of `hits`, in order; more are looked at only where scores are equal.
  static func best(_ count: Int, of hits: [csupport_hit], shard: Int, _ db: Database) throws -> [Candidate] {
    let threshold = score(at: count, of: hits)
    let select = try RawStatement(
      db, "SELECT f.path, u.first_line, f.source FROM units u JOIN files f ON f.id = u.file WHERE u.id = ?1")
    var candidates: [Candidate] = []
    for hit in hits where hit.score >= threshold {
      select.bind(hit.unit, at: 1)
      if try select.step() {
        candidates.append(
          Candidate(
            shard: shard, unit: hit.unit, score: hit.score, path: Array(select.bytes(0)),
            firstLine: select.int(1), source: select.int64(2)))
      }
      select.reset()
    }
    return Candidate.best(candidates, count)
  }

  /// The score of the hit in place `count`; below all scores when there are fewer.
  private static func score(at count: Int, of hits: [csupport_hit]) -> Double {
    guard hits.count > count else { return -.infinity }
    // A heap of the best so far, the least of them on top.
    var heap = hits[..<count].map(\.score).sorted()
    for hit in hits[count...] where hit.score > heap[0] {
      var hole = 0
      while true {
        var child = 2 * hole + 1
        guard child < count else { break }
        if child + 1 < count, heap[child + 1] < heap[child] { child += 1 }
        guard heap[child] < hit.score else { break }
        heap[hole] = heap[child]
        hole = child
      }
      heap[hole] = hit.score
    }
    return heap[0]
  }
}
