/// A query's text in pieces: what stands between blanks, quotation marks and grouping parentheses.
enum QueryPiece: Hashable {
  case open
  case close
  case operation(Connective)
  /// To be tokenised; `isPrefix` when a `*` stood right behind it.
  case text(String, isPrefix: Bool)
  case path(String)

  enum Connective: String {
    case and = "AND"
    case or = "OR"
    case not = "NOT"
  }
}

/// Cuts a query into pieces; never fails, whatever was typed or pasted.
///
/// A parenthesis groups only where a word could begin or, to close, where a group is open; so `memcpy(dst, src)` and
/// `f()` are looked for as they are. A quotation mark that is never closed reaches to the end.
struct QueryLexer {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var openGroups = 0
  private var pieces: [QueryPiece] = []

  static func pieces(of text: String) -> [QueryPiece] {
    var lexer = QueryLexer(text)
    return lexer.cut()
  }

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func cut() -> [QueryPiece] {
    while let scalar = next {
      if Self.isBlank(scalar) {
        position += 1
      } else if scalar == "(" {
        openGroups += 1
        position += 1
        pieces.append(.open)
      } else if scalar == ")" {
        position += 1
        guard openGroups > 0 else { continue }
        openGroups -= 1
        pieces.append(.close)
      } else if Self.isQuote(scalar) {
        let text = quoted()
        pieces.append(.text(text, isPrefix: takeStars()))
      } else {
        addWord()
      }
    }
    return pieces
  }

  private mutating func addWord() {
    if startsPath {
      position += 5
      return pieces.append(.path(path()))
    }
    let word = word()
    if let operation = QueryPiece.Connective(rawValue: word) {
      pieces.append(.operation(operation))
    } else {
      pieces.append(.text(word, isPrefix: word.utf8.last == UInt8(ascii: "*")))
    }
  }

  /// Whether `path:` stands here, with something behind it.
  private var startsPath: Bool {
    guard scalars.count > position + 5, scalars[position..<position + 5].elementsEqual("path:".unicodeScalars)
    else { return false }
    let behind = scalars[position + 5]
    return !Self.isBlank(behind) && !(behind == ")" && openGroups > 0)
  }

  private mutating func path() -> String {
    guard let mark = next, mark == "'" || Self.isQuote(mark) else { return word() }
    return quoted()
  }

  /// Reads from one quotation mark to the next of its kind.
  private mutating func quoted() -> String {
    let isSingle = next == "'"
    position += 1
    let start = position
    while let scalar = next, isSingle ? scalar != "'" : !Self.isQuote(scalar) { position += 1 }
    defer { position += 1 }
    return string(start..<position)
  }

  private mutating func word() -> String {
    let start = position
    var openInside = 0
    while let scalar = next, !Self.isBlank(scalar), !Self.isQuote(scalar) {
      if scalar == "(" {
        // NOT(a b) and the like
        if QueryPiece.Connective(rawValue: string(start..<position)) != nil { break }
        openInside += 1
      } else if scalar == ")" {
        if openInside > 0 {
          openInside -= 1
        } else if openGroups > 0 {
          break
        }
      }
      position += 1
    }
    return string(start..<position)
  }

  private mutating func takeStars() -> Bool {
    let start = position
    while next == "*" { position += 1 }
    return position > start
  }

  private func string(_ range: Range<Int>) -> String {
    var string = String.UnicodeScalarView()
    string.append(contentsOf: scalars[range.clamped(to: 0..<scalars.count)])
    return String(string)
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value <= 0x20 || scalar.properties.isWhitespace
  }

  /// Straight ones, and the curly ones that text from a word processor has.
  private static func isQuote(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\"", "\u{201C}", "\u{201D}", "\u{201E}", "\u{00AB}", "\u{00BB}": true
    default: false
    }
  }
}
