internal import Catalog
internal import Synchronization
internal import Tokens

/// What is shown of a unit.
struct Snippet: Hashable, Sendable {
  /// Lines of the file, counted from 1.
  var firstLine: Int
  var lastLine: Int
  var bestLine: Int
  /// Lines, separated by newlines.
  var text: String
}

/// Chooses the lines of a unit that say most about a query: the window of three lines with the most of its words,
/// among these the one with the rarest words, among these the first.
///
/// Used by one thread at a time.
final class SnippetMaker {
  private let tokenizer = Tokenizer()
  private let codec = UnitTextCodec()
  private var words = SnippetWords([:])

  static let windowLines = 3

  private struct Pool: ~Copyable {
    let idle = Mutex<[Idle]>([])
  }

  /// Nobody uses it while it lies in the pool, and it lies there once.
  private struct Idle: @unchecked Sendable {
    let maker: SnippetMaker
  }

  private static let pool = Pool()

  /// Lends one that is set up already, as many as run at once; up to 8 are kept, about 2 MiB each.
  static func borrowing<Value>(_ words: SnippetWords, _ body: (SnippetMaker) throws -> Value) rethrows
    -> Value
  {
    let maker = pool.idle.withLock { $0.popLast() }?.maker ?? SnippetMaker()
    maker.words = words
    defer {
      maker.words = SnippetWords([:])
      let idle = Idle(maker: maker)
      pool.idle.withLock { if $0.count < 8 { $0.append(idle) } }
    }
    return try body(maker)
  }

  /// - Parameters:
  ///   - frame: the unit's text, compressed; `bytes`: its size when it is not.
  ///   - firstLine: of the unit, in the file.
  func snippet(ofFrame frame: UnsafeRawBufferPointer, bytes: Int, firstLine: Int) throws -> Snippet {
    snippet(of: try codec.decompress(frame, bytes: bytes), firstLine: firstLine)
  }

  /// The lines with these numbers, counted from 0, of a compressed text; as many as there are.
  func lines(_ wanted: ClosedRange<Int>, ofFrame frame: UnsafeRawBufferPointer, bytes: Int) throws -> String {
    let lines = TextLines(try codec.decompress(frame, bytes: bytes))
    return wanted.clamped(to: 0...lines.count - 1).map { SnippetLine.cut(lines[$0], around: nil) }
      .joined(separator: "\n")
  }

  func snippet(of text: UnsafeRawBufferPointer, firstLine: Int) -> Snippet {
    let lines = TextLines(text)
    let marked = words.isEmpty ? [] : markedLines(text, lines)
    let best = bestWindow(marked)
    let first = best?.first ?? lines.firstWithText
    var last = min(first + Self.windowLines, lines.count) - 1
    while last > first, lines.isBlank(last), last > (best?.last ?? first) { last -= 1 }
    let shown = (first...max(first, last)).map { index in
      SnippetLine.cut(lines[index], around: marked.first { $0.line == index }?.match)
    }
    return Snippet(
      firstLine: firstLine + first, lastLine: firstLine + max(first, last),
      bestLine: firstLine + (best?.best ?? first), text: shown.joined(separator: "\n"))
  }

  /// A line with words of the query in it.
  private struct MarkedLine {
    var line: Int
    var words: UInt64
    /// The first word: bytes of the line.
    var match: Range<Int>
  }

  private func markedLines(_ text: UnsafeRawBufferPointer, _ lines: TextLines) -> [MarkedLine] {
    var marked: [MarkedLine] = []
    var recent = SnippetWords.Recent()
    tokenizer.forEachToken(in: text) { token, range in
      words.take(token, range, &recent) { occurrence in
        let line = lines.line(at: occurrence.range.lowerBound)
        if let index = marked.lastIndex(where: { $0.line <= line }), marked[index].line == line {
          marked[index].words |= occurrence.word
        } else {
          let start = lines.start(of: line)
          let place = marked.lastIndex { $0.line < line }.map { $0 + 1 } ?? 0
          marked.insert(
            MarkedLine(
              line: line, words: occurrence.word,
              match: occurrence.range.lowerBound - start..<occurrence.range.upperBound - start),
            at: place)
        }
      }
    }
    return marked
  }

  /// The lines `first` to `last` of the window that have words, and the best of them.
  private func bestWindow(_ marked: [MarkedLine]) -> (first: Int, last: Int, best: Int)? {
    var bestRank = (0, 0.0)
    var window: ArraySlice<MarkedLine> = []
    for start in marked.indices {
      let inside = marked[start...].prefix { $0.line < marked[start].line + Self.windowLines }
      let rank = rank(inside.reduce(0) { $0 | $1.words })
      if rank > bestRank {
        bestRank = rank
        window = inside
      }
    }
    guard var best = window.first else { return nil }
    for line in window.dropFirst() where rank(line.words) > rank(best.words) { best = line }
    return (window.first!.line, window.last!.line, best.line)
  }

  private func rank(_ mask: UInt64) -> (Int, Double) { (mask.nonzeroBitCount, words.weight(of: mask)) }
}
