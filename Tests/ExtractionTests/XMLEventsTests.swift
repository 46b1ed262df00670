import TestSupport
import Testing

@testable import Extraction

@Suite("XMLEvents")
struct XMLEventsTests {
  /// Writes down what it is told, with the values of some attributes.
  private final class Log: XMLReceiver {
    var lines: [String] = []
    var stopsAt: String?
    var depth = 0

    func start(_ tag: XMLTag) throws {
      if tag.name.local == stopsAt { throw ExtractionFailure.timeLimit }
      depth += 1
      let values = [
        ("r:id", tag["r:id"]), ("id", tag["id"]), ("w:val", tag["w:val"]), ("any val", tag.value(ofLocal: "val")),
      ]
      lines.append("<\(tag.name.qualified)" + values.map { $0.1.map { " \($0)" } ?? " -" }.joined() + ">")
    }

    func text(_ text: String) {
      if lines.last?.hasPrefix("\"") == true { lines[lines.count - 1] += text } else { lines.append("\"" + text) }
    }

    func end(_ name: XMLName) {
      depth -= 1
      lines.append("</\(name.local)>")
    }
  }

  private func log(_ bytes: [UInt8], piece: Int = .max, stopsAt: String? = nil) throws -> [String] {
    let log = Log()
    log.stopsAt = stopsAt
    let events = try XMLEvents(log)
    var rest = bytes[...]
    while !rest.isEmpty {
      let head = rest.prefix(piece)
      rest = rest[head.endIndex...]
      try head.withUnsafeBytes { try events.feed($0) }
    }
    try events.finish()
    #expect(log.depth == 0)
    return log.lines
  }

  private let sample = """
    <?xml version="1.0" encoding="UTF-8"?><!DOCTYPE q:a SYSTEM "http://127.0.0.1:9/x.dtd">
    <q:a xmlns:q="http://schemas.openxmlformats.org/wordprocessingml/2006/main" \
    xmlns:z="http://schemas.openxmlformats.org/officeDocument/2006/relationships" id="1" z:id="2" q:val="ä&lt;&#65;">\
    über<b xmlns="urn:other" val="x"/><!-- no --><?no pi?> &amp; <![CDATA[<raw>]]></q:a>
    """
  private let sampleLines = [
    "<w:a 2 1 ä<A ä<A>", "\"über", "<?:b - - - x>", "</b>", "\" & <raw>", "</a>",
  ]

  @Test("names carry the customary prefix of their namespace; pieces of any size give the same")
  func events() throws {
    for piece in [1, 2, 3, 7, 64, 1000] { #expect(try log(Array(sample.utf8), piece: piece) == sampleLines) }
  }

  @Test("the strict namespaces of Office Open XML have the same prefixes")
  func strict() throws {
    let strict =
      sample
      .replacing(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        with: "http://purl.oclc.org/ooxml/wordprocessingml/main"
      )
      .replacing(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        with: "http://purl.oclc.org/ooxml/officeDocument/relationships")
    #expect(strict != sample)
    #expect(try log(Array(strict.utf8)) == sampleLines)
  }

  @Test("UTF-16 and declared encodings are decoded")
  func encodings() throws {
    let text = "<a>über 東</a>"
    let little = text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    let expected = ["<a - - - ->", "\"über 東", "</a>"]
    for piece in [1, 2, 5, 1000] {
      #expect(try log([0xFF, 0xFE] + little, piece: piece) == expected)
      #expect(try log([0xFE, 0xFF] + big, piece: piece) == expected)
      #expect(try log([0xEF, 0xBB, 0xBF] + Array(text.utf8), piece: piece) == expected)
      let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>".utf8) + [0xFC] + Array("</a>".utf8)
      #expect(try log(latin, piece: piece) == ["<a - - - ->", "\"ü", "</a>"])
    }
  }

  @Test("a receiver stops the parsing by throwing")
  func stops() throws {
    #expect(try extractionFailure { _ = try log(Array("<a><b/><c/></a>".utf8), stopsAt: "b") } == .timeLimit)
  }

  @Test("text in an unknown or undeclared namespace is not lost")
  func undeclared() throws {
    #expect(try log(Array("<w:p w:val='1'>x</w:p>".utf8)) == ["<w:p - - 1 1>", "\"x", "</p>"])
  }

  @Test(
    "what is not well-formed, or declares what could grow, is damaged",
    arguments: [
      "", "<a>", "<a></b>", "<a", "<a>&lol;</a>", "<a>\u{1}</a>", "text", "<a/><b/>",
      "<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY m \"&l;&l;&l;\">]><a>&m;</a>",
      "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>",
      "<!DOCTYPE a [<!ENTITY % p SYSTEM \"file:///etc/hostname\"> %p;]><a/>",
      "<!DOCTYPE a [<!ATTLIST a b CDATA \"long\">]><a/>",
      "<!DOCTYPE a [<!ATTLIST a b (c|d) \"c\">]><a/>",
      String(repeating: "<a>", count: 513) + String(repeating: "</a>", count: 513),
    ])
  func damaged(text: String) throws {
    #expect(try extractionFailure { _ = try log(Array(text.utf8)) }?.isDamage == true)
    #expect(try extractionFailure { _ = try log(Array(text.utf8), piece: 1) }?.isDamage == true)
  }

  @Test("as many elements within each other as documents have are fine")
  func deep() throws {
    let text = String(repeating: "<a>", count: 512) + String(repeating: "</a>", count: 512)
    #expect(try log(Array(text.utf8)).count == 1024)
  }

  @Test("a document that breaks off anywhere is damaged")
  func truncated() throws {
    let bytes = Array(sample.utf8)
    for count in 0..<bytes.count {
      let failure = try extractionFailure { _ = try log(Array(bytes[..<count]), piece: 16) }
      #expect(failure?.isDamage == true, "\(count)")
    }
  }

  @Test("flipped bits give damage or events, nothing else")
  func flipped() throws {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<2000 {
      var bytes = Array(sample.utf8)
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^=
          UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
      }
      let failure = try extractionFailure { _ = try log(bytes, piece: 50) }
      #expect(failure == nil || failure?.isDamage == true)
    }
  }

  @Test("an entry of an archive is parsed as it is inflated")
  func entry() throws {
    let bytes = try ZipFixture.bytes([("a.xml", "<a>" + String(repeating: "<b>x</b>", count: 20_000) + "</a>")])
    try withDocument(bytes) { document in
      let log = Log()
      try ZipArchive(document).parse("a.xml", log)
      #expect(log.lines.count == 60_002)
    }
  }
}
