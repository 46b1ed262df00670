/// Finds the headings of Markdown. Source: CommonMark 0.31, sections 4.2 and 4.3; and front matter in YAML.
///
/// Looks at lines alone: a heading within a quotation or a list is none. Neither is one in code, or in a comment of HTML.
package struct MarkdownOutline {
  /// The text of a heading of several lines.
  private static let maximumTitle = 1 << 10
  private static let maximumFrontMatter = 200
  /// Blocks of HTML in which nothing is Markdown, and what ends them (CommonMark 4.6).
  private static let rawBlocks: [(start: [UInt8], end: [UInt8])] = [
    (Array("<!--".utf8), Array("-->".utf8)), (Array("<pre".utf8), Array("</pre>".utf8)),
    (Array("<script".utf8), Array("</script>".utf8)), (Array("<style".utf8), Array("</style>".utf8)),
  ]

  private let text: UnsafeRawBufferPointer
  private var builder = OutlineBuilder()
  private var fence: (byte: UInt8, count: Int)?
  private var rawEnd: [UInt8]?
  /// The paragraph that a line of `=` or `-` would make a heading.
  private var paragraph: TextLines.Line?
  private var paragraphEnd = 0
  /// Within a quotation or an item of a list, up to the next blank line.
  private var isInContainer = false

  /// The sections of a text in UTF-8; together they are the text.
  package static func sections(of text: UnsafeRawBufferPointer) -> [OutlineSection] {
    var outline = MarkdownOutline(text: text)
    var lines = TextLines(text)
    if let front = outline.frontMatter() {
      outline.builder.name(front.title)
      for _ in 0..<front.lines { _ = lines.next() }
    }
    while let line = lines.next() { outline.add(line) }
    return outline.builder.end(at: text.count)
  }

  private init(text: UnsafeRawBufferPointer) { self.text = text }

  private mutating func add(_ line: TextLines.Line) {
    if let end = rawEnd {
      if contains(end, in: line.range) { rawEnd = nil }
      return
    }
    if let open = fence {
      if line.indentation < 4, let mark = fenceMark(line), mark.byte == open.byte, mark.count >= open.count,
        line.start + mark.count == line.range.upperBound
      {
        fence = nil
      }
      return
    }
    if line.isBlank {
      (paragraph, isInContainer) = (nil, false)
    } else if line.indentation >= 4 {
      // Code, or a paragraph that goes on.
      if paragraph != nil { paragraphEnd = line.range.upperBound }
    } else {
      addBlock(line)
    }
  }

  private mutating func addBlock(_ line: TextLines.Line) {
    let bytes = text[line.start..<line.range.upperBound]
    switch text[line.start] {
    case UInt8(ascii: "#"):
      if let title = numberSignTitle(bytes) {
        builder.begin(title, at: line)
        (paragraph, isInContainer) = (nil, false)
        return
      }
    case UInt8(ascii: "`"), UInt8(ascii: "~"):
      if let mark = fenceMark(line) {
        (fence, paragraph) = (mark, nil)
        return
      }
    case UInt8(ascii: "<"):
      if let block = Self.rawBlocks.first(where: { bytes.starts(with: $0.start) }) {
        let rest = (line.start + block.start.count)..<line.range.upperBound
        if !contains(block.end, in: rest) { rawEnd = block.end }
        paragraph = nil
        return
      }
    case UInt8(ascii: "="), UInt8(ascii: "-"):
      if bytes.allSatisfy({ $0 == bytes.first }), endParagraphAsHeading() { return }
    default: break
    }
    if isInContainer || beginsContainer(bytes) {
      (paragraph, isInContainer) = (nil, true)
      return
    }
    if paragraph == nil { paragraph = line }
    paragraphEnd = line.range.upperBound
  }

  private mutating func endParagraphAsHeading() -> Bool {
    guard let first = paragraph else { return false }
    paragraph = nil
    guard paragraphEnd - first.start <= Self.maximumTitle else { return false }
    builder.begin(MarkdownTitle.plain(text[first.start..<paragraphEnd]), at: first)
    return true
  }

  /// The title of `## Title ##`; nil when these are no marks of a heading.
  private func numberSignTitle(_ bytes: Slice<UnsafeRawBufferPointer>) -> String? {
    let marks = bytes.prefix { $0 == UInt8(ascii: "#") }.count
    let rest = bytes.dropFirst(marks)
    guard marks <= 6, rest.first.map({ $0 == 32 || $0 == 9 }) ?? true else { return nil }
    var title = rest[...]
    while title.last == UInt8(ascii: "#") { title = title.dropLast() }
    // Closing marks stand apart.
    if let last = title.last, last != 32, last != 9 { title = rest }
    return MarkdownTitle.plain(title.prefix(Self.maximumTitle))
  }

  private func fenceMark(_ line: TextLines.Line) -> (byte: UInt8, count: Int)? {
    guard let byte = text[line.start..<line.range.upperBound].first, byte == 96 || byte == 126 else { return nil }
    let bytes = text[line.start..<line.range.upperBound]
    let count = bytes.prefix { $0 == byte }.count
    // Behind three backticks, more of them make this code within a line.
    guard count >= 3, byte == 126 || !bytes.dropFirst(count).contains(96) else { return nil }
    return (byte, count)
  }

  private func beginsContainer(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    guard let first = bytes.first else { return false }
    if first == UInt8(ascii: ">") { return true }
    let digits = bytes.prefix(9).prefix { (48...57).contains($0) }.count
    let rest = bytes.dropFirst(max(digits, 1))
    guard let next = digits > 0 ? rest.dropFirst().first : rest.first, next == 32 || next == 9 else { return false }
    let marks: [UInt8] = digits > 0 ? [UInt8(ascii: "."), UInt8(ascii: ")")] : Array("-*+".utf8)
    return marks.contains(digits > 0 ? rest.first ?? 0 : first)
  }

  private func contains(_ mark: [UInt8], in range: Range<Int>) -> Bool {
    range.indices.contains { text[$0] == mark[0] && text[$0..<range.upperBound].starts(with: mark) }
  }

  /// The title in the front matter, and how many lines it has; nil when there is none.
  private func frontMatter() -> (title: String?, lines: Int)? {
    var lines = TextLines(text)
    guard let first = lines.next(), text[first.range].elementsEqual("---".utf8) else { return nil }
    var title: String?
    for _ in 0..<Self.maximumFrontMatter {
      guard let line = lines.next() else { return nil }
      let bytes = text[line.range]
      if bytes.elementsEqual("---".utf8) || bytes.elementsEqual("...".utf8) { return (title, line.number) }
      let name = Array("title:".utf8)
      if bytes.starts(with: name) {
        title = MarkdownTitle.unquoted(bytes.dropFirst(name.count).prefix(Self.maximumTitle))
      }
    }
    return nil
  }
}
