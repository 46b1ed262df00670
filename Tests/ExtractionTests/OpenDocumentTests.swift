import Testing

@testable import Extraction

@Suite("OpenDocument")
struct OpenDocumentTests {
  private func text(_ body: String, automatic: String = "", styles: String = "") throws -> [String] {
    try outline(
      of: ODTExtractor.self, try Package.openDocument("text", automatic: automatic, body: body, styles: styles))
  }

  @Test("headings are sections, and so is the title; blanks are collapsed but for those that are written out")
  func paragraphs() throws {
    let automatic = "<style:style style:name='P1' style:parent-style-name='Title'/>"
    let body = """
      <text:p text:style-name='P1'>The title</text:p><text:p>some
        <text:span>bold</text:span> words<text:s text:c='3'/>x<text:tab/>y<text:line-break/>z</text:p>
      <text:h text:outline-level='2'>Heading</text:h><text:list><text:list-item><text:p>item</text:p></text:list-item>
      <text:list-item><text:p>other</text:p></text:list-item></text:list>
      """
    #expect(
      try text(body, automatic: automatic) == [
        "The title: some bold words   x\ty\nz\n", "Heading: item\nother\n",
      ])
  }

  @Test("tracked deletions, hidden text, templates of indexes and descriptions are left out")
  func leftOut() throws {
    let automatic = """
      <style:style style:name='T9'><style:text-properties text:display='none'/></style:style>
      <style:style style:name='T1'><style:text-properties/></style:style>
      """
    let body = """
      <text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>
      </text:changed-region></text:tracked-changes><text:p>a<text:span text:style-name='T9'>b</text:span>
      <text:span text:style-name='T1'>c</text:span></text:p><text:section text:display='none'><text:p>d</text:p>
      </text:section><text:table-of-content><text:table-of-content-source><text:index-title-template>e
      </text:index-title-template></text:table-of-content-source><text:index-body><text:p>f</text:p></text:index-body>
      </text:table-of-content><text:p><draw:frame><svg:desc>g</svg:desc></draw:frame>h</text:p>
      """
    #expect(try text(body, automatic: automatic) == ["-: a c\nf\nh\n"])
  }

  @Test("rows are lines; boxes stand in front of their paragraph; notes and annotations, headers and footers follow")
  func aside() throws {
    func cell(_ text: String) -> String { "<table:table-cell><text:p>\(text)</text:p></table:table-cell>" }
    let body = """
      <text:p>See<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>note</text:p>
      </text:note-body></text:note> here<office:annotation><dc:creator>Me</dc:creator><text:p>remark</text:p>
      </office:annotation>.<draw:frame><draw:text-box><text:p>box</text:p></draw:text-box></draw:frame></text:p>
      <table:table><table:table-header-rows><table:table-row>\(cell("a"))\(cell("b"))</table:table-row>
      </table:table-header-rows><table:table-row>\(cell("c"))\(cell("d"))</table:table-row></table:table>
      """
    let styles = """
      <office:master-styles><style:master-page><style:header><text:p>Head <text:page-number>1</text:page-number>
      </text:p></style:header><style:header-left><text:p>Head</text:p></style:header-left>
      <style:footer><text:p>Foot</text:p></style:footer></style:master-page>
      <style:page-layout><style:header-style><text:p>no</text:p></style:header-style></style:page-layout>
      <draw:frame><text:p>Click to edit</text:p></draw:frame></office:master-styles>
      """
    #expect(
      try text(body, styles: styles)
        == [
          "-: box\nSee here.\na | b\nc | d\n", "-: note\nremark\n", "-: Head\nFoot\n",
        ])
  }

  @Test("slides are pages with the titles they have, then notes and annotations; placeholders are left out")
  func slides() throws {
    func frame(_ kind: String, _ text: String) -> String {
      "<draw:frame presentation:class='\(kind)'><draw:text-box><text:p>\(text)</text:p></draw:text-box></draw:frame>"
    }
    let body = """
      <presentation:footer-decl>Foot</presentation:footer-decl><draw:page draw:name='p1'>\(frame("outline", "body"))
      \(frame("title", "First"))\(frame("date-time", "today"))<draw:custom-shape><text:p>shape</text:p></draw:custom-shape>
      <presentation:notes>\(frame("notes", "note"))\(frame("title", "kept"))\(frame("page-number", "1"))</presentation:notes>
      </draw:page><draw:page><office:annotation><text:p>remark</text:p></office:annotation>\(frame("title", "Second"))</draw:page>
      """
    let bytes = try Package.openDocument(
      "presentation", body: body, styles: "<style:header><text:p>no</text:p></style:header>")
    #expect(
      try outline(of: ODPExtractor.self, bytes) == [
        "1 First: body\nshape\nnote\nkept\n", "2 Second: remark\n", "-: Foot\n",
      ])
  }

  @Test("a text that pandoc wrote gives what one sees")
  func pandoc() throws {
    #expect(
      try outline(of: ODTExtractor.self, try fixture("pandoc/p.odt")) == [
        "Der Jahresbericht: Ann Author\n",
        "Überblick: Das ist ein langer Absatz mit einem Link und einer Fußnote. Formel .\n",
        "Tabelle und Liste: Region | Umsatz\nNord | 1200\nSüd | 800\nerster Punkt\nzweiter Punkt\ninnen\nZitat\n",
        "Code: int main() {\nreturn 0;\n}\nEnde “quoted” — dash & 東京.\nSprechernotiz hier.\n",
        "-: Die Fußnote steht am Ende.\n",
      ])
  }

  @Test(
    "encrypted text is told as such, an encrypted picture is not",
    arguments: ["content.xml", "encrypted-package", "Pictures/a.png"])
  func encrypted(entry: String) throws {
    let manifest = """
      <manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
      <manifest:file-entry manifest:full-path="\(entry)"><manifest:encryption-data/></manifest:file-entry>
      </manifest:manifest>
      """
    let bytes = try Package.openDocument("text", body: "<text:p>x</text:p>", manifest: manifest)
    let failure = try extractionFailure { _ = try units(of: ODTExtractor.self, bytes) }
    #expect(failure == (entry == "Pictures/a.png" ? nil : .encrypted))
  }
}
