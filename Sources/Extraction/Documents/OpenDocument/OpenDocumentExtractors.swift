/// OpenDocument texts, their templates and master documents.
///
/// In order: the body, with headings as sections; notes and annotations; headers and footers, each once. Not read:
/// charts and other embedded objects, numbers of lists.
package enum ODTExtractor: DocumentExtractor {
  package static let kind = "odt"
  package static let version = 1

  package static func extract(_ document: Document, to sink: UnitSink) throws {
    let archive = try OpenDocument.open(document)
    let text = OpenDocumentText(TextFlow(sink), part: .text)
    try archive.parse(OpenDocument.content, text)
    text.part = .margins
    if archive.contains(OpenDocument.styles) { try archive.parse(OpenDocument.styles, text) }
    try text.flow.end()
  }
}

/// OpenDocument presentations and their templates.
///
/// One section for each slide; its page is the slide's number. In order: shapes and tables, the speaker's notes and the
/// annotations. Not read: charts and other embedded objects, and what stands on masters.
package enum ODPExtractor: DocumentExtractor {
  package static let kind = "odp"
  package static let version = 1

  package static func extract(_ document: Document, to sink: UnitSink) throws {
    let archive = try OpenDocument.open(document)
    let text = OpenDocumentText(TextFlow(sink), part: .slides)
    try archive.parse(OpenDocument.content, text)
    try text.flow.end()
  }
}

private enum OpenDocument {
  static let content = "content.xml"
  static let styles = "styles.xml"

  static func open(_ document: Document) throws -> ZipArchive {
    let archive = try ZipArchive(document)
    if try OpenDocumentManifest(archive).isEncrypted { throw ExtractionFailure.encrypted }
    return archive
  }
}
