import TestSupport
import Testing

@testable import Extraction

@Suite("Hostile documents")
struct HostileDocumentsTests {
  private let extractors: [any DocumentExtractor.Type] = [
    DOCXExtractor.self, PPTXExtractor.self, ODTExtractor.self, ODPExtractor.self, EPUBExtractor.self,
  ]

  private func failure(_ extractor: any DocumentExtractor.Type, _ bytes: [UInt8]) throws -> ExtractionFailure? {
    try extractionFailure { _ = try units(of: extractor, bytes) }
  }

  @Test("a package that breaks off is damaged", arguments: ["docx", "odt", "pptx", "epub"])
  func truncated(name: String) throws {
    let extractor = try #require(extractors.first { $0.kind == name })
    let whole = try fixture("pandoc/p.\(name)")
    for count in stride(from: 0, to: whole.count, by: 97) {
      #expect(try failure(extractor, Array(whole[..<count]))?.isDamage == true, "\(count) bytes")
    }
  }

  @Test(
    "a package with flipped bits gives units or a failure, nothing else", arguments: ["docx", "odt", "pptx", "epub"])
  func flipped(name: String) throws {
    let extractor = try #require(extractors.first { $0.kind == name })
    let whole = try fixture("pandoc/p.\(name)")
    var generator = SeededGenerator(seed: 44)
    var failures = 0
    for _ in 0..<120 {
      var bytes = whole
      for _ in 0..<5 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
      }
      if let failure = try failure(extractor, bytes) {
        failures += 1
        #expect(failure.isDamage || failure == .encrypted)
      }
    }
    #expect(failures > 40)
  }

  @Test("XML with flipped bits inside of a sound package gives units or damage")
  func flippedXML() throws {
    var generator = SeededGenerator(seed: 45)
    let body =
      "<w:tbl><w:tr><w:tc>\(Package.p("a"))</w:tc></w:tr></w:tbl><w:p><w:txbxContent>\(Package.p("b"))</w:txbxContent></w:p>"
    for _ in 0..<200 {
      var bytes = Array(body.utf8)
      for _ in 0..<2 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 32...126, using: &generator)
      }
      let document = try Package.docx(String(decoding: bytes, as: UTF8.self))
      let failure = try failure(DOCXExtractor.self, document)
      #expect(failure == nil || failure?.isDamage == true)
    }
  }

  @Test("HTML with flipped bits, and broken off anywhere, is a page all the same")
  func html() throws {
    let whole = try fixture("pandoc/p.html")
    var generator = SeededGenerator(seed: 46)
    for count in stride(from: 0, to: whole.count, by: 41) {
      #expect(try failure(HTMLExtractor.self, Array(whole[..<count])) == nil)
      var bytes = whole
      for _ in 0..<20 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      #expect(try failure(HTMLExtractor.self, bytes) == nil)
    }
  }

  @Test("a document of another kind is damaged")
  func wrongKind() throws {
    let others = [try fixture("pandoc/p.html"), [], Array("PK\u{3}\u{4}".utf8), try ZipFixture.bytes([("a", "b")])]
    for extractor in extractors {
      for bytes in others { #expect(try failure(extractor, bytes)?.isDamage == true, "\(extractor)") }
    }
  }

  @Test("every kind of package asks for a password as such")
  func encrypted() throws {
    for (extractor, names) in [
      (DOCXExtractor.self, ["_rels/.rels"]), (PPTXExtractor.self, ["_rels/.rels"]),
      (ODTExtractor.self, ["content.xml"]),
      (ODPExtractor.self, ["content.xml"]), (EPUBExtractor.self, ["META-INF/container.xml"]),
    ] as [(any DocumentExtractor.Type, [String])] {
      let bytes = try ZipFixture.bytes(names.map { ($0, Array("<x/>".utf8)) }, password: "secret")
      #expect(try failure(extractor, bytes) == .encrypted)
    }
  }

  @Test("text without end is refused, in XML's entities and in what is held back")
  func bombs() throws {
    let word = String(repeating: "lorem ipsum ", count: 100_000)
    let notes = String(repeating: Package.p(word), count: 60)
    #expect(try failure(DOCXExtractor.self, try Package.docx("", parts: [("footnotes", notes)])) == .tooMuchText)
    let laughs = "<!DOCTYPE w [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><w/>"
    let bytes = try ZipFixture.bytes([("mimetype", "x"), ("content.xml", laughs)])
    #expect(try failure(ODTExtractor.self, bytes)?.isDamage == true)
  }
}
