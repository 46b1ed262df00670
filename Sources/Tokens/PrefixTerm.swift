/// What `word*` looks for.
package struct PrefixTerm: Hashable, Sendable {
  /// The tokens before the last, to be matched as they are: `get_us*` is `get` and then a token that begins with `us`.
  package var leading: [[UInt8]]
  /// What the last token must begin with: folded, not stemmed.
  package var prefix: [UInt8]
  /// Whole tokens that match as well. The index holds stems, and the stem of a word that begins with `generatio` is
  /// `generat`, which does not.
  package var stems: [[UInt8]]
}

extension Tokenizer {
  /// What to look for when a query asks for words that begin with the last word of `text`; nil if it has none.
  ///
  /// The stems are those of the words that common English endings could make of the prefix. They also stand for
  /// some words that begin otherwise (`generat` is also `generate`), as stems do in every search.
  package func normalisedPrefix(of text: [UInt8]) -> PrefixTerm? {
    var leading = tokens(of: text)
    guard let stem = leading.popLast() else { return nil }
    // What is not all letters a to z was not stemmed.
    guard stem.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) else {
      return PrefixTerm(leading: leading, prefix: stem, stems: [])
    }
    let prefix = unstemmedLastToken(of: text)
    // Shorter prefixes are not a stem with part of an ending behind it.
    guard prefix.count >= 4 else { return PrefixTerm(leading: leading, prefix: prefix, stems: []) }
    var stems: [[UInt8]] = []
    for ending in Self.endings {
      for known in 0...ending.count where prefix.suffix(known).elementsEqual(ending.prefix(known)) {
        let completed = tokens(of: prefix + ending.dropFirst(known))
        for stem in completed where !stem.starts(with: prefix) && !stems.contains(stem) { stems.append(stem) }
      }
    }
    return PrefixTerm(leading: leading, prefix: prefix, stems: stems)
  }

  /// The endings that the stemmer takes off.
  private static let endings = [
    "", "s", "e", "es", "y", "ed", "ing", "er", "ly", "ion", "ation", "ization", "ize", "ity", "ness", "ment",
    "able",
    "ive", "al", "ous", "ful", "ance", "ence",
  ].map { Array($0.utf8) }

  /// The last token, which is all letters, before stemming: a digit behind the word keeps the stemmer away.
  private func unstemmedLastToken(of text: [UInt8]) -> [UInt8] {
    var last = 0..<0
    text.withUnsafeBytes { forEachToken(in: $0) { _, range in last = range } }
    let marker = UInt8(ascii: "0")
    var token = tokens(of: text[last] + [marker]).first ?? []
    // Not there when the word is as long as a token may be.
    if token.last == marker { token.removeLast() }
    return token
  }
}
