/// Word documents and templates, with or without macros.
///
/// In order: the body, with headings as sections; foot- and endnotes and comments; headers and footers, each once. A
/// text box stands in front of the paragraph that it is anchored to. Not read: charts, embedded files, numbers of lists.
package enum DOCXExtractor: DocumentExtractor {
  package static let kind = "docx"
  package static let version = 1

  package static func extract(_ document: Document, to sink: UnitSink) throws {
    let archive = try ZipArchive(document)
    guard let main = try Relationships(of: "", in: archive).parts(ofType: "officeDocument").first else {
      throw ExtractionFailure.damaged("no main part")
    }
    let related = try Relationships(of: main, in: archive)
    let styles = try WordStyles(related.parts(ofType: "styles").first, in: archive)
    let text = WordText(TextFlow(sink), styles: styles)
    try archive.parse(main, text)
    for part in related.parts(ofType: "diagramData") where archive.contains(part) {
      let diagram = DrawingText(text.flow)
      try archive.parse(part, diagram)
      text.flow = diagram.flow
    }
    try read(["footnotes", "endnotes", "comments"], to: .notes)
    try read(["header", "footer"], to: .margins)
    try text.flow.end()

    func read(_ types: [String], to destination: TextFlow.Destination) throws {
      for part in types.flatMap(related.parts(ofType:)) where archive.contains(part) {
        text.flow.beginFrame(destination)
        try archive.parse(part, text)
        try text.flow.endFrame()
      }
    }
  }
}
