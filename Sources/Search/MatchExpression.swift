internal import CSupport

/// A query as FTS5 reads it.
///
/// Only tokens go between the quotation marks, and those hold no quotation mark; so nothing that was typed can be
/// taken for FTS5's own syntax.
struct MatchExpression {
  /// UTF-8 that ends in a NUL.
  private(set) var text: [UInt8] = []
  /// For each phrase of ``text``, in order: the position in ``words`` of the word it spells.
  private(set) var leafOfPhrase: [UInt8] = []
  private(set) var words: [QueryWord] = []

  init(_ tree: QueryTree) {
    append(tree, counts: true)
    text.append(0)
  }

  private mutating func append(_ tree: QueryTree, counts: Bool) {
    switch tree {
    case .word(let word): append(word, counts: counts)
    case .all(let trees): append(trees, " AND ", counts: counts)
    case .any(let trees): append(trees, " OR ", counts: counts)
    case .excluding(let tree, let excluded):
      text.append(UInt8(ascii: "("))
      append(tree, counts: counts)
      text.append(contentsOf: " NOT ".utf8)
      append(excluded, " OR ", counts: false)
      text.append(UInt8(ascii: ")"))
    }
  }

  private mutating func append(_ trees: [QueryTree], _ joint: String, counts: Bool) {
    text.append(UInt8(ascii: "("))
    for (index, tree) in trees.enumerated() {
      if index > 0 { text.append(contentsOf: joint.utf8) }
      append(tree, counts: counts)
    }
    text.append(UInt8(ascii: ")"))
  }

  private mutating func append(_ word: QueryWord, counts: Bool) {
    let leaf = counts ? UInt8(words.count) : UInt8(csupport_no_leaf)
    if counts { words.append(word) }
    text.append(UInt8(ascii: "("))
    for (index, spelling) in word.spellings.enumerated() {
      if index > 0 { text.append(contentsOf: " OR ".utf8) }
      text.append(UInt8(ascii: "\""))
      text.append(contentsOf: spelling.tokens.joined(separator: [UInt8(ascii: " ")]))
      text.append(UInt8(ascii: "\""))
      if spelling.isPrefix { text.append(contentsOf: " *".utf8) }
      leafOfPhrase.append(leaf)
    }
    text.append(UInt8(ascii: ")"))
  }
}
