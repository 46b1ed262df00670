/// Word documents from before 2007, read by `catdoc`, which is in the package of that name.
package enum DOCExtractor: DocumentExtractor {
  package static let kind = "doc"
  package static let version = 1

  package static func extract(_ document: Document, to sink: UnitSink) throws {
    // `-w`: a paragraph is one line. `-a`: the cells of a table stand apart.
    try LegacyOffice.extract(document, to: sink, program: "catdoc", ["-w", "-a", "-d", "utf-8"])
  }
}

/// PowerPoint presentations from before 2007, read by `catppt`: one section for each slide, numbered as a page.
package enum PPTExtractor: DocumentExtractor {
  package static let kind = "ppt"
  package static let version = 1

  package static func extract(_ document: Document, to sink: UnitSink) throws {
    try LegacyOffice.extract(document, to: sink, program: "catppt", ["-d", "utf-8"])
    // It gives nothing, and says nothing, of what it does not understand, such as LibreOffice's.
    guard sink.isUsed else { throw ExtractionFailure.damaged("catppt finds no text in it") }
  }
}
