import Testing

@testable import Extraction

@Suite("EPUBExtractor")
struct EPUBExtractorTests {
  private func book(_ extra: [(String, String)] = [], spine: [String] = ["c2", "c1"]) throws -> [UInt8] {
    let items = (1...2).map {
      "<item id='c\($0)' href='text/chapter%20\($0).xhtml' media-type='application/xhtml+xml'/>"
    }
    let package = """
      <package xmlns='http://www.idpf.org/2007/opf'><metadata xmlns:dc='http://purl.org/dc/elements/1.1/'>
      <dc:title>The Book</dc:title><dc:creator>A. Author</dc:creator></metadata><manifest>\(items.joined())
      <item id='css' href='a.css' media-type='text/css'/></manifest>
      <spine>\(spine.map { "<itemref idref='\($0)'/>" }.joined())<itemref idref='css'/></spine></package>
      """
    func chapter(_ body: String) -> String {
      """
      <?xml version='1.0' encoding='utf-8'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'>\
      <head><title>The Book</title><script src='x'/></head><body>\(body)</body></html>
      """
    }
    return try ZipFixture.bytes(
      [
        ("mimetype", "application/epub+zip"),
        (
          "META-INF/container.xml",
          "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles><rootfile "
            + "full-path='OEBPS/b.opf' media-type='application/oebps-package+xml'/></rootfiles></container>"
        ),
        ("OEBPS/b.opf", package),
        ("OEBPS/text/chapter 1.xhtml", chapter("<h1 id='a'/><h1>One</h1><p>first&nbsp;text</p>")),
        ("OEBPS/text/chapter 2.xhtml", chapter("<p>no heading<a id='x'/> here</p>")),
      ] + extra)
  }

  @Test("title and authors, then the chapters in the order of the spine, with headings or else titles")
  func chapters() throws {
    #expect(
      try outline(of: EPUBExtractor.self, try book()) == [
        "The Book: A. Author\n", "The Book: no heading here\n", "One: first\u{A0}text\n",
      ])
  }

  private func encryption(_ algorithm: String, _ entry: String) -> (String, String) {
    (
      "META-INF/encryption.xml",
      """
      <encryption xmlns='urn:oasis:names:tc:opendocument:xmlns:container' xmlns:enc='http://www.w3.org/2001/04/xmlenc#'>
      <enc:EncryptedData><enc:EncryptionMethod Algorithm='\(algorithm)'/><enc:CipherData>
      <enc:CipherReference URI='\(entry)'/></enc:CipherData></enc:EncryptedData></encryption>
      """
    )
  }

  @Test(
    "encrypted chapters are told as such; obfuscated fonts and encrypted pictures are fine",
    arguments: [
      ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OEBPS/text/chapter%201.xhtml", .encrypted),
      ("http://www.idpf.org/2008/embedding", "OEBPS/font.otf", nil),
      ("http://ns.adobe.com/pdf/enc#RC", "OEBPS/font.otf", nil),
      ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OEBPS/picture.png", nil),
    ] as [(String, String, ExtractionFailure?)])
  func encrypted(algorithm: String, entry: String, failure: ExtractionFailure?) throws {
    let bytes = try book([encryption(algorithm, entry)])
    #expect(try extractionFailure { _ = try units(of: EPUBExtractor.self, bytes) } == failure)
  }

  @Test("a missing chapter is left out, a book without any is damaged")
  func missing() throws {
    #expect(try outline(of: EPUBExtractor.self, try book(spine: ["none", "c1"])).count == 2)
    let bytes = try book(spine: ["none"])
    #expect(try extractionFailure { _ = try units(of: EPUBExtractor.self, bytes) }?.isDamage == true)
  }

  @Test("a book that pandoc wrote gives what one sees")
  func pandoc() throws {
    #expect(
      try outline(of: EPUBExtractor.self, try fixture("pandoc/p.epub")) == [
        "Der Jahresbericht: Ann Author\n", "Der Jahresbericht: Ann Author\n",
        "Überblick: Das ist ein langer Absatz mit einem Link und einer Fußnote.1 Formel a2\u{2005}+\u{2005}b2.\n",
        "Tabelle und Liste: Region | Umsatz\nNord | 1200\nSüd | 800\nerster Punkt\nzweiter Punkt\ninnen\nZitat\n"
          + "Die Fußnote steht am Ende.\n",
        "Code: int main() {\n    return 0;\n}\nEnde “quoted” — dash & 東京.\nSprechernotiz hier.\n",
      ])
  }
}
