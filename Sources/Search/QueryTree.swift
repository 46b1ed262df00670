/// A way to write what is looked for: tokens that follow each other.
struct Spelling: Hashable, Sendable {
  var tokens: [[UInt8]]
  /// The last token stands for all that begin with it.
  var isPrefix = false
}

/// What a person typed between two blanks, or between quotation marks, and all the spellings that count as it.
struct QueryWord: Hashable, Sendable {
  var spellings: [Spelling]
}

/// What a unit must have.
indirect enum QueryTree: Hashable, Sendable {
  case word(QueryWord)
  case all([QueryTree])
  case any([QueryTree])
  case excluding(QueryTree, [QueryTree])

  /// One tree for many, each once, without a list inside a list of the same kind; nil for none.
  static func all(of trees: [QueryTree]) -> QueryTree? {
    let flat = trees.flatMap { if case .all(let inner) = $0 { inner } else { [$0] } }
    return joined(flat, QueryTree.all)
  }

  static func any(of trees: [QueryTree]) -> QueryTree? {
    let flat = trees.flatMap { if case .any(let inner) = $0 { inner } else { [$0] } }
    return joined(flat, QueryTree.any)
  }

  private static func joined(_ trees: [QueryTree], _ join: ([QueryTree]) -> QueryTree) -> QueryTree? {
    var seen: Set<QueryTree> = []
    let distinct = trees.filter { seen.insert($0).inserted }
    return distinct.count > 1 ? join(distinct) : distinct.first
  }

  /// The words that a unit can be found by: what is excluded is not among them.
  var words: [QueryWord] {
    switch self {
    case .word(let word): [word]
    case .all(let trees), .any(let trees): trees.flatMap(\.words)
    case .excluding(let tree, _): tree.words
    }
  }

  /// How many units match at most, when each word is in so many.
  func limit(_ occurrences: (QueryWord) -> Int64) -> Int64 {
    switch self {
    case .word(let word): occurrences(word)
    case .all(let trees): trees.map { $0.limit(occurrences) }.min() ?? 0
    case .any(let trees): trees.map { $0.limit(occurrences) }.reduce(0, +)
    case .excluding(let tree, _): tree.limit(occurrences)
    }
  }
}
