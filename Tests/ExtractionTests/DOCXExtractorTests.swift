import Testing

@testable import Extraction

@Suite("DOCXExtractor")
struct DOCXExtractorTests {
  private typealias P = Package

  private func outline(_ body: String, parts: [(type: String, xml: String)] = []) throws -> [String] {
    try ExtractionTests.outline(of: DOCXExtractor.self, try Package.docx(body, parts: parts))
  }

  private let styles = (
    type: "styles",
    xml: """
    <w:style w:type='paragraph' w:styleId='berschrift1'><w:name w:val='heading 1'/></w:style>
    <w:style w:type='paragraph' w:styleId='Eigene'><w:name w:val='My own'/><w:basedOn w:val='berschrift1'/></w:style>
    <w:style w:type='paragraph' w:styleId='Titel'><w:name w:val='Title'/></w:style>
    <w:style w:type='paragraph' w:styleId='Autor'><w:name w:val='Author'/><w:basedOn w:val='Titel'/></w:style>
    <w:style w:type='paragraph' w:styleId='Level'><w:name w:val='x'/><w:pPr><w:outlineLvl w:val='3'/></w:pPr></w:style>
    <w:style w:type='paragraph' w:styleId='TOC'><w:name w:val='TOC Heading'/><w:basedOn w:val='berschrift1'/>
    <w:pPr><w:outlineLvl w:val='9'/></w:pPr></w:style>
    <w:style w:styleId='Round'><w:name w:val='y'/><w:basedOn w:val='Round'/></w:style>
    """
  )

  @Test(
    "headings are told by the style's outline level, its built-in name, or the paragraph itself",
    arguments: [
      ("<w:pStyle w:val='berschrift1'/>", true), ("<w:pStyle w:val='Eigene'/>", true),
      ("<w:pStyle w:val='Titel'/>", true), ("<w:pStyle w:val='Level'/>", true),
      ("<w:pStyle w:val='Autor'/>", false), ("<w:pStyle w:val='TOC'/>", false), ("<w:pStyle w:val='Round'/>", false),
      ("<w:pStyle w:val='none'/>", false), ("<w:outlineLvl w:val='0'/>", true), ("<w:outlineLvl w:val='9'/>", false),
      ("<w:pStyle w:val='berschrift1'/><w:outlineLvl w:val='9'/>", false),
      ("<w:pPrChange><w:pPr><w:pStyle w:val='berschrift1'/></w:pPr></w:pPrChange>", false),
    ])
  func headings(properties: String, isHeading: Bool) throws {
    let lines = try outline(P.p("Text", properties: properties) + P.p("after"), parts: [styles])
    #expect(lines == (isHeading ? ["Text: after\n"] : ["-: Text\nafter\n"]))
  }

  @Test("runs make a paragraph; tabs, breaks and hyphens are kept; tab stops and blanks between runs are not")
  func runs() throws {
    let body = """
      <w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>
        <w:r><w:t>one</w:t></w:r> <w:hyperlink><w:r><w:t xml:space='preserve'> two</w:t></w:r></w:hyperlink>
        <w:r><w:tab/><w:t>x</w:t><w:br/><w:t>y</w:t><w:noBreakHyphen/><w:t>z</w:t></w:r>
        <m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath></w:p>
      """
    #expect(try outline(body) == ["-: one two\tx\ny-za+b\n"])
  }

  @Test("tracked deletions, moves away, hidden runs and codes of fields are left out; insertions are not")
  func leftOut() throws {
    let body = """
      <w:p><w:r><w:t>a</w:t></w:r><w:del><w:r><w:delText>b</w:delText></w:r></w:del>
      <w:moveFrom><w:r><w:t>c</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>d</w:t></w:r></w:ins>
      <w:r><w:rPr><w:vanish/></w:rPr><w:t>e</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>f</w:t></w:r>
      <w:r><w:instrText>PAGEREF g</w:instrText></w:r><w:r><w:rPr><w:del/></w:rPr><w:t>h</w:t></w:r></w:p>
      <w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>i</w:t></w:r></w:p>
      """
    #expect(try outline(body) == ["-: adfh\ni\n"])
  }

  @Test("a text box is told once, though it is there for new and for old programs")
  func box() throws {
    let box = "<w:txbxContent>\(P.p("in the box"))\(P.p("second"))</w:txbxContent>"
    let body = """
      <w:p><w:r><w:t>before </w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'>\(box)</mc:Choice>
      <mc:Fallback><w:pict><v:textbox>\(box)</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>
      <w:r><w:t>after</w:t></w:r></w:p><w:p><mc:AlternateContent><mc:Fallback>
      <w:r><w:t>only one</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>
      """
    #expect(try outline(body) == ["-: in the box\nsecond\nbefore after\nonly one\n"])
  }

  @Test("a row is a line; one with another table in it is layout")
  func tables() throws {
    func row(_ cells: String...) -> String { "<w:tr>" + cells.map { "<w:tc>\($0)</w:tc>" }.joined() + "</w:tr>" }
    let inner = "<w:tbl>" + row(P.p("x"), P.p("y")) + "</w:tbl>"
    let body =
      "<w:tbl>" + row(P.p("a"), P.p("b") + P.p("c"), P.p("")) + row("", P.p("d"))
      + row(P.p("left"), P.p("head") + inner + P.p("tail")) + "</w:tbl>"
    // Blanks in front of a line are dropped, also those of an empty first cell.
    #expect(try outline(body) == ["-: a | b c\n| d\nleft\nhead\nx | y\ntail\n"])
  }

  @Test("notes and comments follow the text, then headers and footers, each once")
  func parts() throws {
    let parts = [
      ("header", P.p("Head")), ("header", P.p("Head")), ("footer", P.p("Foot")), ("comments", P.p("Comment")),
      ("endnotes", P.p("End")), ("footnotes", P.p("Note")), styles,
    ]
    #expect(
      try outline(P.p("Body"), parts: parts) == ["-: Body\n", "-: Note\nEnd\nComment\n", "-: Head\nFoot\n"])
  }

  @Test("strict documents are read as well")
  func strict() throws {
    let bytes = try Package.docx(
      P.p("Title", properties: "<w:pStyle w:val='Titel'/>") + P.p("x"), parts: [styles], strict: true)
    #expect(try ExtractionTests.outline(of: DOCXExtractor.self, bytes) == ["Title: x\n"])
  }

  @Test("a document that pandoc wrote gives what one sees")
  func pandoc() throws {
    #expect(
      try ExtractionTests.outline(of: DOCXExtractor.self, try fixture("pandoc/p.docx")) == [
        "Der Jahresbericht: Ann Author\n",
        "Überblick: Das ist ein langer Absatz mit einem Link und einer Fußnote. Formel a2+b2.\n",
        "Tabelle und Liste: Region | Umsatz\nNord | 1200\nSüd | 800\nerster Punkt\nzweiter Punkt\ninnen\nZitat\n",
        "Code: int main() {\n    return 0;\n}\nEnde “quoted” — dash & 東京.\nSprechernotiz hier.\n",
        "-: Die Fußnote steht am Ende.\n",
      ])
  }

  @Test("without its main part, or with one that is no XML, a document is damaged")
  func damaged() throws {
    let rels = Package.relationships([("m", "officeDocument", "word/document.xml")])
    for entries in [[("a", "b")], [("_rels/.rels", rels)], [("_rels/.rels", rels), ("word/document.xml", "<w>")]] {
      let bytes = try ZipFixture.bytes(entries)
      #expect(try extractionFailure { _ = try units(of: DOCXExtractor.self, bytes) }?.isDamage == true)
    }
  }
}
