/// Finds the titles of reStructuredText: a line with a line of marks below, or one above and one below.
/// Source: reStructuredText Markup Specification, "Sections".
package struct ReStructuredTextOutline {
  private static let maximumTitle = 1 << 10

  private let text: UnsafeRawBufferPointer

  /// The sections of a text in UTF-8; together they are the text.
  package static func sections(of text: UnsafeRawBufferPointer) -> [OutlineSection] {
    ReStructuredTextOutline(text: text).sections()
  }

  private init(text: UnsafeRawBufferPointer) { self.text = text }

  private func sections() -> [OutlineSection] {
    var builder = OutlineBuilder()
    var lines = TextLines(text)
    /// The two lines before, unless a title has used them.
    var overline: TextLines.Line?
    var title: TextLines.Line?
    /// Whether `overline`, or else `title`, is the first line of a block.
    var overlineBegins = false
    var titleBegins = false
    var nextBegins = true
    while let line = lines.next() {
      if let candidate = title, isAdornment(line), !isAdornment(candidate), isUnderline(line, of: candidate) {
        let isFramed = overline.map { overlineBegins && same($0, line) } ?? false
        // A title with marks above may be indented.
        if isFramed || titleBegins && candidate.indentation == 0 {
          builder.begin(plain(candidate), at: isFramed ? overline ?? candidate : candidate)
          (overline, title, nextBegins) = (nil, nil, true)
          continue
        }
      }
      (overline, overlineBegins) = (title, titleBegins)
      (title, titleBegins) = (line.isBlank ? nil : line, nextBegins)
      nextBegins = line.isBlank || isExplicitMarkup(line)
    }
    return builder.end(at: text.count)
  }

  /// Whether this is a line of one mark of punctuation alone.
  private func isAdornment(_ line: TextLines.Line) -> Bool {
    guard line.indentation == 0, let first = text[line.range].first, isPunctuation(first) else { return false }
    return text[line.range].allSatisfy { $0 == first }
  }

  /// One that is too short is taken all the same from four marks on, as docutils does.
  private func isUnderline(_ line: TextLines.Line, of title: TextLines.Line) -> Bool {
    let bytes = text[title.start..<title.range.upperBound]
    guard bytes.count <= Self.maximumTitle else { return false }
    return line.range.count >= 4 || line.range.count >= bytes.count { $0 & 0xC0 != 0x80 }
  }

  private func same(_ one: TextLines.Line, _ other: TextLines.Line) -> Bool {
    one.indentation == 0 && text[one.range].elementsEqual(text[other.range])
  }

  private func isExplicitMarkup(_ line: TextLines.Line) -> Bool {
    text[line.range].starts(with: Array(".. ".utf8))
  }

  private func plain(_ line: TextLines.Line) -> String {
    let title = String(decoding: text[line.start..<line.range.upperBound], as: UTF8.self)
    return title.filter { $0 != "`" && $0 != "*" && $0 != "\\" }
  }

  private func isPunctuation(_ byte: UInt8) -> Bool {
    switch byte {
    case 33...47, 58...64, 91...96, 123...126: true
    default: false
    }
  }
}
