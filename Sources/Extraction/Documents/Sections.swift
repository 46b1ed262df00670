/// Gathers a document's text, paragraph by paragraph, into units under the heading or page that they stand under.
///
/// A unit ends where a section or page ends, and before it grows above `UnitSplitter.maximumBytes`; so a long section
/// gives several units with the same title. A single paragraph above that is cut between two words.
package struct Sections {
  private let sink: UnitSink
  private var unit = DocumentUnit(text: "")

  package init(_ sink: UnitSink) { self.sink = sink }

  /// Begins a section. Its title is searched with each of its units; what is too long for one is its first paragraph as
  /// well.
  package mutating func begin(title: String?, page: Int? = nil, sheet: String? = nil) throws {
    try end()
    let words = title?.split(whereSeparator: \.isWhitespace).joined(separator: " ") ?? ""
    let title = DocumentUnit.shortened(words)
    unit = DocumentUnit(text: "", title: title.isEmpty ? nil : title, page: page, sheet: sheet)
    isUntold = unit.title != nil
    if title != words { try add(paragraph: words[...]) }
  }

  /// Whether the section has a title that no unit has told yet: then it gives one even without text.
  private var isUntold = false

  /// Adds a paragraph; blank ones are dropped.
  package mutating func add(paragraph: Substring) throws {
    var rest = paragraph.utf8[...]
    while let first = rest.first, Self.isBlank(first) { rest = rest.dropFirst() }
    while let last = rest.last, Self.isBlank(last) { rest = rest.dropLast() }
    while !rest.isEmpty {
      let room = UnitSplitter.maximumBytes - unit.text.utf8.count - 1
      if rest.count <= room {
        append(rest)
        return
      }
      if !unit.text.isEmpty, rest.count <= UnitSplitter.maximumBytes || room < UnitSplitter.maximumBytes / 2 {
        try flush()
        continue
      }
      let head = Self.head(of: rest, atMost: room)
      append(head)
      rest = rest[head.endIndex...]
      try flush()
    }
  }

  /// Ends the last section. To be called at the end of the document.
  package mutating func end() throws {
    if !unit.text.isEmpty || isUntold { try flush() }
  }

  private mutating func append(_ piece: Substring.UTF8View) {
    unit.text += Substring(piece)
    unit.text += "\n"
  }

  private mutating func flush() throws {
    try sink.add(unit)
    unit.text = ""
    isUntold = false
  }

  /// The longest part that ends after a blank, or else between two scalars.
  private static func head(of bytes: Substring.UTF8View, atMost count: Int) -> Substring.UTF8View {
    var end = bytes.index(bytes.startIndex, offsetBy: max(4, count))
    let limit = end
    while end > bytes.startIndex, !isBlank(bytes[bytes.index(before: end)]) { end = bytes.index(before: end) }
    if end == bytes.startIndex {
      end = limit
      while bytes[end] & 0xC0 == 0x80 { end = bytes.index(before: end) }
    }
    return bytes[bytes.startIndex..<end]
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}
