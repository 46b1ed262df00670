/// PDF, read by Poppler's `pdftotext`, in its usual reading order: columns one after the other, words that were
/// hyphenated at the end of a line put together. (`-layout` would keep the rows of tables, but mix columns.)
///
/// One section for each page. A page without text, such as a scan, gives none.
package enum PDFExtractor: DocumentExtractor {
  package static let kind = "pdf"
  package static let version = 1

  package static func extract(_ document: Document, to sink: UnitSink) throws {
    try extract(document, to: sink, with: Converter(program: "pdftotext", package: "poppler-utils"))
  }

  static func extract(_ document: Document, to sink: UnitSink, with converter: Converter) throws {
    var converter = converter
    // `-q` is not given, since it would hide why it failed.
    converter.explain = { status, errors in
      let isLocked = status == 3 || errors.contains("Incorrect password")
      return status != 0 && isLocked ? .encrypted : nil
    }
    var text = PagedText(Sections(sink))
    try converter.run(["-enc", "UTF-8", "-", "-"], on: document) { try text.add($0) }
    try text.end()
  }

  /// Whether a file begins as PDF does: readers accept the mark anywhere in the first KiB (ISO 32000-1, annex H.3).
  package static func isPDF(_ head: UnsafeRawBufferPointer) -> Bool {
    let mark = Array("%PDF-".utf8)
    let reach = head.prefix(1024)
    return reach.indices.contains { reach[$0] == mark[0] && reach[$0...].starts(with: mark) }
  }
}
