package import IndexModel
package import Tokens

/// What a person typed, understood.
///
/// - `spin lock`: units that have all the words; then, when these are few, units that have any of them.
/// - `"spin lock"`: the words one after the other. `spin_lock`, `spinLock` and `spin->lock` are the same.
/// - `regist*`: words that begin so; three letters at least.
/// - `AND`, `OR`, `NOT` in capitals, and parentheses. AND is as good as a blank, and binds more than OR. A query
///   that says AND or OR gets exactly what it says, never "any of the words".
/// - `path:GLOB`, `path:'a b/*'`, `NOT path:GLOB`: limits the whole query to files, as ``PathGlob`` reads it. Without
///   any word it lists the files.
///
/// Letter case, accents and English endings make no difference. A `-` is a separator like others, because code is
/// full of it (`return -EINVAL`, `gcc -Wall`); use NOT.
package struct SearchQuery: Hashable, Sendable {
  /// Nil: all units of the files that the globs name, the first of each file.
  let tree: QueryTree?
  let included: [PathGlob]
  let excluded: [PathGlob]

  /// Whether it limits itself to files by their paths.
  package var hasGlobs: Bool { !included.isEmpty || !excluded.isEmpty }

  /// Whether units that have only some of the words may follow.
  let mayTakeAnyWord: Bool

  package static let maximumBytes = 4096
  /// Tokens, so `getUserName` is three.
  package static let maximumTokens = 64
  /// Words that end in `*`. FTS5 merges the lists of all words that begin so, in memory.
  package static let maximumPrefixes = 4
  /// Of UTF-8. One or two letters begin a good part of all words: a search for `s*` takes a second.
  package static let minimumPrefixBytes = 3

  /// - Throws: `invalid_query`, with what to do about it.
  package init(parsing text: String, tokenizer: Tokenizer) throws(IndexerError) {
    guard text.utf8.count <= Self.maximumBytes else { throw InvalidQuery.tooLong }
    var parser = QueryParser(text, tokenizer: tokenizer)
    switch try parser.parse() {
    case .tree(let tree): self.tree = tree
    case .without: throw InvalidQuery.onlyNot
    case .nothing:
      guard !parser.included.isEmpty else {
        throw parser.excluded.isEmpty ? InvalidQuery.empty : InvalidQuery.onlyNot
      }
      tree = nil
    }
    included = parser.included
    excluded = parser.excluded
    mayTakeAnyWord = !parser.hasOperators
  }

  /// The words of ``tree``, each once.
  var words: [QueryWord] {
    var seen: Set<QueryWord> = []
    return (tree?.words ?? []).filter { seen.insert($0).inserted }
  }
}
