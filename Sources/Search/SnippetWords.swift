/// The words of a query, arranged to be found in the tokens of a text.
struct SnippetWords: Sendable {
  struct Occurrence {
    /// A bit for the word.
    var word: UInt64
    /// Bytes of the text, from the first token of a phrase to the last.
    var range: Range<Int>
  }

  /// A spelling, under the first byte of its last token.
  private struct Ending {
    var token: [UInt8]
    var isPrefix: Bool
    var leading: [[UInt8]]
    var word: Int
  }

  private let endings: [[Ending]]
  private let isFirstByte: [Bool]
  private let longestLeading: Int
  /// For each word.
  let weights: [Double]

  init(_ weights: [QueryWord: Double]) {
    // Heaviest first: only the first 64 would have a bit, were there ever more.
    let words = weights.sorted { $0.value > $1.value }.prefix(64)
    var endings: [[Ending]] = Array(repeating: [], count: 256)
    var longest = 0
    for (index, word) in words.enumerated() {
      for spelling in word.key.spellings {
        guard let token = spelling.tokens.last, let first = token.first else { continue }
        let leading = Array(spelling.tokens.dropLast())
        longest = max(longest, leading.count)
        endings[Int(first)].append(
          Ending(token: token, isPrefix: spelling.isPrefix, leading: leading, word: index))
      }
    }
    self.endings = endings
    isFirstByte = endings.map { !$0.isEmpty }
    longestLeading = longest
    self.weights = words.map(\.value)
  }

  var isEmpty: Bool { weights.isEmpty }

  func weight(of mask: UInt64) -> Double {
    weights.indices.reduce(0) { mask & (1 << UInt64($1)) == 0 ? $0 : $0 + weights[$1] }
  }

  /// The tokens that were just seen, as far back as phrases need them.
  struct Recent {
    fileprivate var tokens: [(bytes: [UInt8], start: Int)] = []
  }

  /// Takes the next token of a text and reports the words that end with it.
  func take(
    _ token: UnsafeRawBufferPointer, _ range: Range<Int>, _ recent: inout Recent,
    _ report: (Occurrence) -> Void
  ) {
    defer {
      if longestLeading > 0 {
        if recent.tokens.count == longestLeading { recent.tokens.removeFirst() }
        recent.tokens.append((Array(token), range.lowerBound))
      }
    }
    guard let first = token.first, isFirstByte[Int(first)] else { return }
    for ending in endings[Int(first)] {
      guard ending.isPrefix ? token.starts(with: ending.token) : token.elementsEqual(ending.token) else {
        continue
      }
      var start = range.lowerBound
      if !ending.leading.isEmpty {
        let before = recent.tokens.suffix(ending.leading.count)
        guard before.count == ending.leading.count, before.map(\.bytes) == ending.leading else { continue }
        start = before.first!.start
      }
      report(Occurrence(word: 1 << UInt64(ending.word), range: start..<max(range.upperBound, start)))
    }
  }
}
