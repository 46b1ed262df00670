import Testing

@testable import Extraction

@Suite("PPTXExtractor")
struct PPTXExtractorTests {
  private let namespaces = """
    xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main' \
    xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' \
    xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' \
    xmlns:dgm='http://schemas.openxmlformats.org/drawingml/2006/diagram'
    """

  private func shape(_ text: String, placeholder: String? = nil, hidden: Bool = false) -> String {
    let place = placeholder.map { "<p:ph type='\($0)'/>" } ?? ""
    return """
      <p:sp><p:nvSpPr><p:cNvPr id='1' name='x' hidden='\(hidden ? 1 : 0)'/><p:cNvSpPr/><p:nvPr>\(place)</p:nvPr>
      </p:nvSpPr><p:txBody><a:p><a:r><a:t>\(text)</a:t></a:r></a:p></p:txBody></p:sp>
      """
  }

  private func presentation(_ slides: [(name: String, xml: String)], notes: String? = nil) throws -> [UInt8] {
    let related = slides.enumerated().map { (id: "s\($0)", type: "slide", target: "slides/\($1.name).xml") }
    let ids = slides.indices.map { "<p:sldId id='\(256 + $0)' r:id='s\($0)'/>" }.joined()
    var entries = [
      ("_rels/.rels", Package.relationships([("m", "officeDocument", "ppt/presentation.xml")])),
      ("ppt/_rels/presentation.xml.rels", Package.relationships(related)),
      ("ppt/presentation.xml", "<p:presentation \(namespaces)><p:sldIdLst>\(ids)</p:sldIdLst></p:presentation>"),
    ]
    for slide in slides {
      entries.append(("ppt/slides/\(slide.name).xml", "<p:sld \(namespaces)><p:spTree>\(slide.xml)</p:spTree></p:sld>"))
    }
    if let notes {
      let parts = [
        (id: "n", type: "notesSlide", target: "../notes/n.xml"), (id: "d", type: "diagramData", target: "../d.xml"),
        (id: "c", type: "comments", target: "../c.xml"),
      ]
      entries.append(("ppt/slides/_rels/\(slides[0].name).xml.rels", Package.relationships(parts)))
      entries.append(("ppt/notes/n.xml", "<p:notes \(namespaces)>\(notes)</p:notes>"))
      let point = "<dgm:pt><dgm:t><a:p><a:r><a:t>diagram</a:t></a:r></a:p></dgm:t></dgm:pt>"
      entries.append(("ppt/d.xml", "<dgm:dataModel \(namespaces)>\(point)</dgm:dataModel>"))
      entries.append(("ppt/c.xml", "<p:cmLst \(namespaces)><p:cm><p:text>comment</p:text></p:cm></p:cmLst>"))
    }
    return try ZipFixture.bytes(entries)
  }

  @Test("slides come in the presentation's order, with their titles wherever they stand")
  func order() throws {
    let bytes = try presentation([
      ("slide2", shape("text") + shape("First", placeholder: "title")),
      ("slide1", shape("Second", placeholder: "ctrTitle") + shape("sub", placeholder: "subTitle")),
      ("slide3", shape("untitled")), ("slide4", ""), ("slide5", shape("Last", placeholder: "title")),
    ])
    #expect(
      try outline(of: PPTXExtractor.self, bytes) == [
        "1 First: text\n", "2 Second: sub\n", "3 -: untitled\n", "5 Last: ",
      ])
  }

  @Test("hidden shapes, dates and numbers are left out; a footer stands once, at the end")
  func leftOut() throws {
    let frame =
      shape("Foot", placeholder: "ftr") + shape("1", placeholder: "sldNum") + shape("today", placeholder: "dt")
    let field =
      "<p:sp><p:txBody><a:p><a:fld type='slidenum'><a:t>7</a:t></a:fld><a:r><a:t>kept</a:t></a:r></a:p></p:txBody></p:sp>"
    let bytes = try presentation([("a", shape("secret", hidden: true) + field + frame), ("b", shape("two") + frame)])
    #expect(try outline(of: PPTXExtractor.self, bytes) == ["1 -: kept\n", "2 -: two\n", "-: Foot\n"])
  }

  @Test("diagrams, the speaker's notes and comments belong to their slide; other things on the page of notes do not")
  func around() throws {
    let notes =
      shape("Slide again", placeholder: "title") + shape("note", placeholder: "body")
      + shape("3", placeholder: "sldNum")
    let bytes = try presentation([("a", shape("one")), ("b", shape("two"))], notes: notes)
    #expect(try outline(of: PPTXExtractor.self, bytes) == ["1 -: one\ndiagram\nnote\ncomment\n", "2 -: two\n"])
  }

  @Test("rows of a table are lines")
  func table() throws {
    func cell(_ text: String) -> String {
      "<a:tc><a:txBody><a:p><a:r><a:t>\(text)</a:t></a:r></a:p></a:txBody></a:tc>"
    }
    let table =
      "<p:graphicFrame><a:tbl><a:tr>\(cell("a"))\(cell("b"))</a:tr><a:tr>\(cell("c"))\(cell(""))</a:tr></a:tbl></p:graphicFrame>"
    #expect(try outline(of: PPTXExtractor.self, try presentation([("a", table)])) == ["1 -: a | b\nc\n"])
  }

  @Test("a presentation that pandoc wrote gives what one sees")
  func pandoc() throws {
    #expect(
      try outline(of: PPTXExtractor.self, try fixture("pandoc/p.pptx")) == [
        "1 Der Jahresbericht: Ann Author\n",
        "2 Überblick: Das ist ein langer Absatz mit einem Link und einer Fußnote.1 Formel a2+b2.\n"
          + "Tabelle und Liste\nRegion | Umsatz\nNord | 1200\nSüd | 800\n",
        "3 -: erster Punkt\nzweiter Punkt\ninnen\nZitat\n",
        "4 Code: int main() {\n    return 0;\n}\nEnde “quoted” — dash & 東京.\nSprechernotiz hier.\n",
        "5 Notes: 1. Die Fußnote steht am Ende.\n",
      ])
  }

  @Test("a presentation that names a slide it does not have is damaged")
  func damaged() throws {
    var entries = [("_rels/.rels", Package.relationships([("m", "officeDocument", "p.xml")]))]
    entries.append(("p.xml", "<p:presentation \(namespaces)><p:sldId r:id='no'/></p:presentation>"))
    let bytes = try ZipFixture.bytes(entries)
    #expect(try extractionFailure { _ = try units(of: PPTXExtractor.self, bytes) } == .damaged("no slide 1"))
  }
}
