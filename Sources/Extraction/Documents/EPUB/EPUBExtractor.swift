/// Books in EPUB 2 and 3.
///
/// First a section with the book's title and authors; then the chapters in the order of the spine, with their headings
/// as sections. A chapter that is named but not there is left out, as readers do.
package enum EPUBExtractor: DocumentExtractor {
  package static let kind = "epub"
  package static let version = 1

  /// Bytes. The longest chapters of real books have some 5 MB.
  private static let maximumChapter = 64 << 20

  package static func extract(_ document: Document, to sink: UnitSink) throws {
    let archive = try ZipArchive(document)
    let package = try EPUBPackage(archive)
    var flow = TextFlow(sink)
    try flow.begin(title: package.title)
    for author in package.authors {
      try flow.append(collapsing: author)
      try flow.endParagraph()
    }
    for chapter in package.chapters {
      try flow.begin(title: nil)
      let text = HTMLText(flow, titleUse: .withoutHeading)
      try archive.read(chapter, limit: maximumChapter).withUnsafeBytes { try HTMLExtractor.read($0, text) }
      flow = text.flow
    }
    try flow.end()
  }
}
