/// Rich Text Format, read here: a format of text with marks, without anything to unpack.
///
/// Paragraphs with an outline level begin sections. Notes, comments, headers and footers come after the text, each once.
package enum RTFExtractor: DocumentExtractor {
  package static let kind = "rtf"
  package static let version = 2

  package static func extract(_ document: Document, to sink: UnitSink) throws {
    try document.withBytes { bytes in
      guard isRTF(bytes) else { throw ExtractionFailure.notADocument }
      var tokens = RTFTokens(bytes)
      var text = RTFText(Sections(sink))
      while true {
        guard let token = tokens.next() else { throw ExtractionFailure.damaged("breaks off") }
        guard try text.add(token, of: bytes) else { break }
      }
      try text.end()
    }
  }

  /// Whether a file begins as RTF does.
  package static func isRTF(_ head: UnsafeRawBufferPointer) -> Bool {
    head.drop { $0 == 32 || (9...13).contains($0) }.starts(with: Array("{\\rtf".utf8))
  }
}
