internal import TestSupport
import Testing

@testable import Extraction

@Suite("RTFExtractor")
struct RTFExtractorTests {
  private func read(_ body: String, head: String = "{\\rtf1\\ansi\\ansicpg1252\\deff0 ") throws -> Collected {
    try Collected((head + body + "}").utf8) { try RTFExtractor.extract($0, to: $1) }
  }

  @Test(
    "what is written is what is read",
    arguments: [
      ("Hello {\\b big} world\\par Next", "Hello big world\nNext\n"),
      ("one\\line two\\page three\\\nfour", "one\ntwo\nthree\nfour\n"),
      ("Gr\\'fc\\'dfe \\'80 \\'93a\\'94 \\endash\\~x", "Grüße € “a” –\u{A0}x\n"),
      ("\\u8364? \\u-3913?b", "€ \u{F0B7}b\n"), ("\\uc2\\u228\\'61\\'62c", "äc\n"), ("\\uc0\\u228 x", "äx\n"),
      ("\\u55357?\\u56832?!", "😀!\n"), ("\\u55357?x\\u56832?", "x\u{FFFD}\n"),
      ("{\\uc1 \\u228}?x", "ä?x\n"),
      ("a\\{b\\}c\\\\d\\-e", "a{b}c\\de\n"),
      ("broken\r\nline", "brokenline\n"),
      ("a{\\*\\unknown secret}b{\\*\\generator Word;}c", "abc\n"),
      ("a{\\pict\\pngblip 89504e47}b{\\object{\\*\\objdata 00ff}{\\result r}}", "abr\n"),
      ("a\\bin5 }{}\\{b", "ab\n"),
      ("see {\\field{\\*\\fldinst HYPERLINK \"http://x\"}{\\fldrslt the page}}.", "see the page.\n"),
      ("shown{\\v hidden}{\\deleted gone}\\v0  end", "shown end\n"),
      ("{\\stylesheet{\\s1 heading 1;}}{\\colortbl;\\red1;}{\\info{\\author A}}text", "text\n"),
      ("{\\pntext\\'95\\tab}item", "•\titem\n"),
      ("{\\shp{\\*\\shpinst{\\sp{\\sn name}{\\sv value}}{\\shptxt in a box\\par}}{\\shprslt again}}", "in a box\n"),
      ("x{\\upr{ansi}{\\*\\ud{\\u228}}}y", "xansiy\n"),
    ])
  func text(body: String, expected: String) throws {
    let result = try read(body)
    #expect(result.failure == nil)
    #expect(result.text == expected)
  }

  @Test("fonts say which characters bytes stand for")
  func fonts() throws {
    let table =
      "{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial;}{\\f2\\fcharset128 {\\*\\falt x}MS Mincho;}{\\f3\\cpg1253 G;}}"
    let result = try read(table + "\\'e9 {\\f1 \\'cf\\'f0\\'e8} {\\f2 \\'93\\'fa\\'83A\\'83} {\\f3\\'e1} \\plain\\'e9")
    #expect(result.text == "é При 日ア\u{FFFD} α é\n")
    #expect(try read("\\'cf", head: "{\\rtf1\\ansi\\ansicpg1251 ").text == "П\n")
    #expect(try read("\\'8a", head: "{\\rtf1\\mac ").text == "ä\n")
    #expect(try read("\\'fc", head: "{\\rtf1\\ansi\\ansicpg99999 ").text == "ü\n")
  }

  @Test("a row of a table is one line")
  func table() throws {
    let row = { (one: String, two: String) in
      "\\trowd\\cellx100\\cellx200\\pard\\intbl \(one)\\cell \(two)\\cell\\row"
    }
    let result = try read(row("Region", "Sum") + row("Nord\\par West\\par", "12") + "\\pard after")
    #expect(result.text == "Region | Sum\nNord West | 12\nafter\n")
  }

  @Test("notes, comments, headers and footers come after the text, and once")
  func asides() throws {
    let result = try read(
      "{\\header Head\\par}{\\footer F}{\\footerf 17}one{\\footnote\\chftn  A note}{\\*\\atnid x}{\\*\\annotation a comment} two"
        + "\\par{\\header Head}three")
    #expect(result.text == "one two\nthree\nHead\nF\nA note\na comment\n")
  }

  @Test("the title of the document and outline levels name sections")
  func titles() throws {
    let result = try read(
      "{\\info{\\title The \\'fcber}{\\author B}}before\\par{\\pard\\outlinelevel0 Chapter\\par}\\pard inside\\par"
        + "\\pard\\outlinelevel9 body\\par")
    #expect(result.titles == ["The über", "Chapter"])
    #expect(result.units.map(\.text) == ["before\n", "inside\nbody\n"])
  }

  @Test("what breaks off, at any byte, is damaged")
  func truncated() throws {
    let whole = Array(
      "{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset128 A;}}\\f0 \\'83A\\u228?{\\*\\x y}\\bin3 abc{\\footnote z}\\par}".utf8)
    for count in whole.indices {
      let result = try Collected(whole.prefix(count)) { try RTFExtractor.extract($0, to: $1) }
      #expect(result.failure == (count < 5 ? .notADocument : .damaged("breaks off")))
    }
    let result = try Collected(whole + Array("\0 trailing {".utf8)) { try RTFExtractor.extract($0, to: $1) }
    #expect(result.failure == nil)
    #expect(result.text == "アä\nz\n")
  }

  @Test("flipped bits end in text or in a failure that is known", arguments: 0..<100)
  func flipped(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var file = Array("{\\rtf1".utf8)
    file += generator.text(
      2_000,
      from: [
        "{", "}", "\\", "\\'", "e9", "\\u-1", "\\uc", "99999999999999", "\\bin", "-5", "\\fonttbl", "\\f", "\\fcharset",
        "128", " ", "\\*", "\\footnote", "\\intbl", "\\cell", "\\row", "\\par", "text", "\\ansicpg", "\\outlinelevel1",
      ])
    for _ in 0..<20 {
      file[Int.random(in: 6..<file.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
    }
    let result = try Collected(file) { try RTFExtractor.extract($0, to: $1) }
    #expect(result.other == nil)
    #expect([nil, .damaged("breaks off")].contains(result.failure))
  }

  @Test("groups nested without end are damaged")
  func nesting() throws {
    let result = try read(String(repeating: "{", count: 1_000_000))
    #expect(result.failure == .damaged("groups nested too deep"))
  }

  @Test("a paragraph without end is handed on in parts")
  func longParagraph() throws {
    let result = try read(String(repeating: "word ", count: 500_000))
    #expect(result.failure == nil)
    #expect(result.text.split(whereSeparator: \.isWhitespace).count == 500_000)
  }

  @Test("what is no RTF is told by content")
  func noRTF() throws {
    #expect(try Collected("text".utf8) { try RTFExtractor.extract($0, to: $1) }.failure == .notADocument)
  }
}
