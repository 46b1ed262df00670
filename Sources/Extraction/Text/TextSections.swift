/// The sections of a text whose kind has headings; any other text is one section without a title.
package enum TextSections {
  /// - Parameters:
  ///   - text: decoded UTF-8.
  ///   - kind: what ``FileKind`` says of its name.
  package static func sections(of text: UnsafeRawBufferPointer, kind: String?) -> [OutlineSection] {
    switch kind {
    case "markdown": MarkdownOutline.sections(of: text)
    case "rst": ReStructuredTextOutline.sections(of: text)
    default: [OutlineSection(range: 0..<text.count, title: nil, firstLine: 1)]
    }
  }
}
