/// HTML and XHTML pages.
///
/// What one sees with no scripts run and no style sheets loaded: no scripts, styles, templates or hidden elements; the
/// texts that stand for images. The page's title and its headings are sections. No page is damaged: any bytes are HTML.
package enum HTMLExtractor: DocumentExtractor {
  package static let kind = "html"
  package static let version = 2

  package static func extract(_ document: Document, to sink: UnitSink) throws {
    let text = HTMLText(TextFlow(sink))
    try document.withBytes { try read($0, text) }
    try text.flow.end()
  }

  /// Whether a text is HTML: begins, after a byte order mark, blanks, comments and an XML declaration, with a document
  /// type of HTML or an element that only HTML begins with.
  ///
  /// - Parameter head: the first bytes; 1024 are enough for most.
  package static func recognises(_ head: UnsafeRawBufferPointer) -> Bool {
    let ascii = head.prefix(4096).lazy.filter { $0 != 0 && $0 < 0x80 }
    var rest = String(decoding: Array(ascii), as: UTF8.self).lowercased()[...]
    while true {
      rest = rest.drop { $0.isWhitespace }
      if rest.hasPrefix("<!--") {
        guard let end = rest.firstRange(of: "-->") else { return false }
        rest = rest[end.upperBound...]
      } else if rest.hasPrefix("<?xml") {
        guard let end = rest.firstRange(of: "?>") else { return false }
        rest = rest[end.upperBound...]
      } else {
        break
      }
    }
    if rest.hasPrefix("<!doctype") { return rest.dropFirst(9).drop { $0.isWhitespace }.hasPrefix("html") }
    guard rest.first == "<" else { return false }
    let name = rest.dropFirst().prefix { $0.isLetter || $0.isNumber }
    return ["html", "head", "body", "title", "meta"].contains(name) && rest.contains(">")
  }

  /// What a person sees of a page that is part of something else.
  ///
  /// - Parameter charset: what is said of the page where it is; nil when it must say so itself.
  static func paragraphs(of bytes: UnsafeRawBufferPointer, charset: String?) throws -> [String] {
    var paragraphs: [String] = []
    let sink = UnitSink { unit in
      if let title = unit.title { paragraphs.append(title) }
      paragraphs.append(unit.text)
    }
    let text = HTMLText(TextFlow(sink))
    try read(bytes, text, as: charset.map { HTMLEncoding(label: $0, of: bytes) })
    try text.flow.end()
    return paragraphs
  }

  /// Reads a whole page into `text`.
  static func read(_ bytes: UnsafeRawBufferPointer, _ text: HTMLText, as known: HTMLEncoding? = nil) throws {
    let events = try HTMLEvents(text)
    let encoding = known ?? HTMLEncoding(bytes)
    if encoding == .utf8 {
      try events.parse(bytes)
    } else {
      var decoded: [UInt8] = []
      decoded.reserveCapacity(bytes.count)
      try HTMLDecoder.decode(bytes, as: encoding) { decoded += $0 }
      try decoded.withUnsafeBytes { try events.parse($0) }
    }
    try text.finish()
  }
}
