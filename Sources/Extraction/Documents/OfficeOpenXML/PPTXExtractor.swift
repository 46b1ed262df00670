/// PowerPoint presentations, slide shows and templates, with or without macros.
///
/// One section for each slide, in the order of the presentation, hidden slides included; its page is the slide's number.
/// In order: shapes and tables, diagrams, the speaker's notes, comments. Not read: charts, and what stands on masters.
package enum PPTXExtractor: DocumentExtractor {
  package static let kind = "pptx"
  package static let version = 1

  package static func extract(_ document: Document, to sink: UnitSink) throws {
    let archive = try ZipArchive(document)
    guard let main = try Relationships(of: "", in: archive).parts(ofType: "officeDocument").first else {
      throw ExtractionFailure.damaged("no main part")
    }
    let related = try Relationships(of: main, in: archive)
    let parts = Dictionary(related.targets.map { ($0.id, $0.part) }) { first, _ in first }
    let list = SlideList()
    try archive.parse(main, list)

    var flow = TextFlow(sink)
    for (index, id) in list.ids.enumerated() {
      guard let slide = parts[id] else { throw ExtractionFailure.damaged("no slide \(index + 1)") }
      let text = DrawingText(flow)
      text.flow.hold()
      try archive.parse(slide, text)
      let around = try Relationships(of: slide, in: archive)
      for part in around.parts(ofType: "diagramData") where archive.contains(part) { try archive.parse(part, text) }
      for (type, isNotes) in [("notesSlide", true), ("comments", false)] {
        text.isNotes = isNotes
        for part in around.parts(ofType: type) where archive.contains(part) {
          text.flow.beginFrame(.notes)
          try archive.parse(part, text)
          try text.flow.endFrame()
        }
      }
      try text.flow.release(page: index + 1)
      flow = text.flow
    }
    try flow.end()
  }

  private final class SlideList: XMLReceiver {
    private static let maximum = 100_000
    var ids: [String] = []

    func start(_ tag: XMLTag) throws {
      guard tag.name.qualified == "p:sldId", let id = tag["r:id"] else { return }
      guard ids.count < Self.maximum else { throw ExtractionFailure.tooMuchText }
      ids.append(id)
    }

    func text(_ text: String) {}
    func end(_ name: XMLName) {}
  }
}
