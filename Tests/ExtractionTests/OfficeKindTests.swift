import Testing

@testable import Extraction

@Suite("OfficeKind")
struct OfficeKindTests {
  private func kind(_ entries: [(String, String)]) throws -> OfficeKind? {
    var kind: OfficeKind?
    try withDocument(try ZipFixture.bytes(entries)) { document in
      let failure = try extractionFailure { kind = try OfficeKind(try ZipArchive(document)) }
      #expect(failure == (kind == nil ? .notADocument : nil))
    }
    return kind
  }

  @Test(
    "Office Open XML is told by the content type of the main part",
    arguments: [
      ("openxmlformats-officedocument.wordprocessingml.document.main+xml", .docx),
      ("openxmlformats-officedocument.wordprocessingml.template.main+xml", .docx),
      ("ms-word.document.macroEnabled.main+xml", .docx),
      ("ms-word.template.macroEnabledTemplate.main+xml", .docx),
      ("openxmlformats-officedocument.presentationml.presentation.main+xml", .pptx),
      ("openxmlformats-officedocument.presentationml.slideshow.main+xml", .pptx),
      ("ms-powerpoint.presentation.macroEnabled.main+xml", .pptx),
      ("openxmlformats-officedocument.spreadsheetml.sheet.main+xml", .xlsx),
      ("ms-excel.sheet.macroEnabled.main+xml", .xlsx),
      ("ms-excel.sheet.binary.macroEnabled.main", nil),
      ("ms-visio.drawing.main+xml", nil),
    ] as [(String, OfficeKind?)])
  func officeOpenXML(type: String, expected: OfficeKind?) throws {
    for strict in [false, true] {
      // Neither the name of the main part nor its case says anything.
      let relationships = Package.relationships([("x", "officeDocument", "/Other/Main.xml")], strict: strict)
      let types = Package.contentTypes("/other/main.xml", "application/vnd.\(type)")
      #expect(try kind([("[Content_Types].xml", types), ("_rels/.rels", relationships)]) == expected)
    }
  }

  @Test("the type of a main part may come from its extension")
  func byExtension() throws {
    let type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    let types =
      "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
      + "<Default Extension='XML' ContentType='\(type)'/></Types>"
    let relationships = Package.relationships([("x", "officeDocument", "word/document.xml")])
    #expect(try kind([("[Content_Types].xml", types), ("_rels/.rels", relationships)]) == .docx)
  }

  @Test(
    "OpenDocument and EPUB are told by their media type",
    arguments: [
      ("application/vnd.oasis.opendocument.text", .odt), ("application/vnd.oasis.opendocument.text-template", .odt),
      ("application/vnd.oasis.opendocument.text-master", .odt),
      ("application/vnd.oasis.opendocument.presentation", .odp),
      ("application/vnd.oasis.opendocument.presentation-template", .odp),
      ("application/vnd.oasis.opendocument.spreadsheet", .ods),
      ("application/vnd.oasis.opendocument.spreadsheet-template\n", .ods),
      ("application/epub+zip", .epub), ("application/epub+zip\r\n", .epub),
      ("application/vnd.oasis.opendocument.graphics", nil), ("application/zip", nil), ("", nil),
    ] as [(String, OfficeKind?)])
  func mediaType(type: String, expected: OfficeKind?) throws {
    #expect(try kind([("mimetype", type)]) == expected)
  }

  @Test("without a media type the manifest says what an OpenDocument is, and the container that it is a book")
  func withoutMediaType() throws {
    let manifest = """
      <manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
      <manifest:file-entry manifest:full-path="/" \
      manifest:media-type="application/vnd.oasis.opendocument.presentation"/></manifest:manifest>
      """
    #expect(try kind([("META-INF/manifest.xml", manifest)]) == .odp)
    #expect(try kind([("META-INF/container.xml", "<container/>")]) == .epub)
    #expect(try kind([("word/document.xml", "<w/>"), ("content.xml", "<c/>")]) == nil)
  }

  @Test("references are relative to the part that has them, and stay in the archive")
  func references() {
    let path = ReferencePath("ppt/slides/slide1.xml")
    #expect(path.last == "slide1.xml")
    #expect(path.sibling("../media/a%20b.png#x") == "ppt/media/a b.png")
    #expect(path.sibling("/ppt/./x.xml") == "ppt/x.xml")
    #expect(path.sibling("../../../../etc/passwd") == "etc/passwd")
    #expect(path.sibling("x%") == "ppt/slides/x%")
    #expect(path.sibling("x%+1%zz%c3%a4") == "ppt/slides/x%+1%zzä")
    #expect(ReferencePath("").sibling("_rels/.rels") == "_rels/.rels")
  }
}
