import IndexModel
import TestSupport
import Testing

@testable import Extraction

@Suite("CSVExtractor")
struct CSVExtractorTests {
  private func extract(_ text: String, name: String = "table.csv") throws -> Extracted {
    try TableFixture(text, name: name).extract(CSVExtractor.self)
  }

  @Test("each line carries the names of its columns; empty cells are left out")
  func names() throws {
    let result = try extract("region,amount,note\nNord,12,\nSued,,\"two\nlines\"\n")
    #expect(result.units.count == 1)
    #expect(result.units[0].text == "region: Nord | amount: 12\nregion: Sued | note: two lines\n")
    #expect(result.units[0].rows == 2...3)
    #expect(result.units[0].context == "")
    #expect(result.units[0].title == nil && result.units[0].sheet == nil && result.units[0].page == nil)
    #expect(result.columns == [TableColumns(names: ["region", "amount", "note"])])
  }

  @Test(
    "the delimiter is told by the content",
    arguments: [
      "a,b\n1,x\n2,y\n", "a;b\n1;x\n2;y\n", "a\tb\n1\tx\n2\ty\n", "a|b\n1|x\n2|y\n",
      "sep=;\r\na;b\r\n1;x\r\n2;y\r\n", "sep=#\na#b\n1#x\n2#y\n", "a,b\r1,x\r2,y\r", "a,b\n1,x\n2,y",
      "\u{FEFF}a,b\n1,x\n2,y", "a, \"b\"\n1, \"x\" \n2 ,y\n", "\n\na,b\n\n1,x\n2,y\n",
    ])
  func delimiters(text: String) throws {
    #expect(try extract(text).lines == ["a: 1 | b: x", "a: 2 | b: y"])
  }

  @Test(
    "the other delimiters in values do no harm",
    arguments: [
      ("a;b\n1,5;2,5\n3,5;4,5\n", ["a: 1,5 | b: 2,5", "a: 3,5 | b: 4,5"]),
      ("1,5;2,5\n3,5;4,5\n", ["column 1: 1,5 | column 2: 2,5", "column 1: 3,5 | column 2: 4,5"]),
      ("a,b\n1,\"x;y\"\n2,z; and\n", ["a: 1 | b: x;y", "a: 2 | b: z; and"]),
      ("word\none\ntwo\n", ["word: one", "word: two"]),
      (
        "text\nFirst, a line.\nSecond; a line.\nThird.\n",
        ["text: First, a line.", "text: Second; a line.", "text: Third."]
      ),
    ])
  func otherDelimiters(text: String, lines: [String]) throws {
    #expect(try extract(text).lines == lines)
  }

  @Test(
    "quotes are doubled, hold delimiters and line ends, and a stray one is an ordinary character",
    arguments: [
      (#""x ""y"" z""#, #"x "y" z"#), (#""x,y""#, "x,y"), ("\"x\r\ny\"", "x  y"), (#""""#, ""),
      (#""x"y"#, #""x"y"#), (#"x"y"#, #"x"y"#), (#""x"#, #""x"#), (#"5" pipe"#, #"5" pipe"#), (#""x" "#, "x"),
      (#""""x"#, #""""x"#),
    ])
  func quotes(cell: String, value: String) throws {
    let expected = ["a: 1" + (value.isEmpty ? "" : " | b: \(value)"), "a: 2 | b: next"]
    #expect(try extract("a,b\n1,\(cell)\n2,next\n").lines == expected)
  }

  @Test("a quote that is never closed swallows nothing, also when far more text follows than is looked at")
  func unclosedQuote() throws {
    let rows = (0..<110_000).map { "\($0),value\n" }.joined()
    let result = try extract("a,b\n1,\"open\n" + rows)
    #expect(result.lines.count == 110_001)
    #expect(result.lines[0] == "a: 1 | b: \"open")
    #expect(result.lines.last == "a: 109999 | b: value")
  }

  @Test("ragged rows, duplicate names and columns without a name")
  func ragged() throws {
    let result = try extract("a,a,,b\n1,2,3,4,5\n6\n,,,,,9\n")
    #expect(
      result.lines == [
        "a: 1 | a 2: 2 | column 3: 3 | b: 4 | column 5: 5", "a: 6", "column 6: 9",
      ])
    #expect(result.columns[0].names == ["a", "a 2", "column 3", "b", "column 5", "column 6"])
  }

  @Test("without a header all rows are data, with generated names")
  func noHeader() throws {
    let result = try extract("1,2\n3,4\n")
    #expect(result.lines == ["column 1: 1 | column 2: 2", "column 1: 3 | column 2: 4"])
    #expect(result.units[0].rows == 1...2)
  }

  @Test("titles are the units' title, and text")
  func titles() throws {
    let result = try extract("Sales of 2024\n\nregion,amount\nNord,12\n")
    #expect(result.units.map(\.title) == ["Sales of 2024"])
    #expect(result.units[0].text == "Sales of 2024\n\n\nregion: Nord | amount: 12\n")
    #expect(result.units[0].rows == 1...4)
  }

  @Test("names alone are text")
  func namesAlone() throws {
    #expect(try extract("region,amount\n").lines == ["region | amount"])
    #expect(try extract("").units.isEmpty)
    #expect(try extract("\n\n,,\n").units.isEmpty)
  }

  private static func utf16(_ text: String, littleEndian: Bool) -> [UInt8] {
    "\u{FEFF}\(text)".utf16.flatMap { unit in
      let bytes = [UInt8(unit >> 8), UInt8(unit & 255)]
      return littleEndian ? bytes.reversed() : bytes
    }
  }

  @Test("UTF-8 and UTF-16 with and without a mark, and Windows-1252")
  func encodings() throws {
    let text = "größe,note\n1,“x”€\n"
    var windows = Array("gr__e,note\n1,_x__\n".utf8)
    for (offset, byte) in [(2, 0xF6), (3, 0xDF), (13, 0x93), (15, 0x94), (16, 0x80)] { windows[offset] = UInt8(byte) }
    let all = [
      Array(text.utf8), Array("\u{FEFF}\(text)".utf8), windows,
      Self.utf16(text, littleEndian: true), Self.utf16(text, littleEndian: false),
    ]
    for bytes in all {
      #expect(try TableFixture(bytes).extract(CSVExtractor.self).lines == ["größe: 1 | note: “x”€"])
    }
  }

  @Test("a large file in pieces gives every row once, in units of at most 100 rows", arguments: [false, true])
  func pieces(isUTF16: Bool) throws {
    let text = "name,id\n" + (0..<12_000).map { "Zoë𝄞 \"\($0)\",\($0)\n" }.joined()
    let latin1 = text.unicodeScalars.compactMap { $0.value < 256 ? UInt8($0.value) : nil }
    let bytes = isUTF16 ? Self.utf16(text, littleEndian: true) : latin1
    let result = try TableFixture(bytes).extract(CSVExtractor.self)
    let note = isUTF16 ? "𝄞" : ""
    #expect(result.lines == (0..<12_000).map { "name: Zoë\(note) \"\($0)\" | id: \($0)" })
    #expect(result.units.dropLast().allSatisfy { $0.rows?.count == 100 })
    #expect(zip(result.units, result.units.dropFirst()).allSatisfy { $0.rows!.upperBound + 1 == $1.rows!.lowerBound })
  }

  @Test("a row above a unit's size is cut between cells, and in a cell whose name is repeated")
  func longRow() throws {
    let long = String(repeating: "wörd ", count: 6000)
    let result = try extract("a,b,c\n1,x,y\n2,\(long),z\n3,x,y\n")
    #expect(result.units.allSatisfy { $0.text.utf8.count <= UnitSplitter.maximumBytes })
    #expect(result.units.map(\.rows) == [2...3, 3...3, 3...3, 3...4])
    #expect(result.lines.filter { $0.hasPrefix("b: wörd ") }.count == 3)
    #expect(result.lines.joined().split(separator: "wörd", omittingEmptySubsequences: false).count == 6001)
    #expect(!result.lines.joined().contains("\u{FFFD}"))
  }

  @Test("column preferences: searched columns are text, context columns stand beside it line by line")
  func preferences() throws {
    let fixture = TableFixture("Title\nregion,amount,note\nNord,12,a\n\nSued,,b\n,14,c\n")
    let result = try fixture.searching([" Amount"], context: ["NOTE"]).extract(CSVExtractor.self)
    #expect(result.units.count == 1)
    #expect(result.units[0].text == "amount: 12\n\n\namount: 14\n")
    #expect(result.units[0].context == "note: a\n\nnote: b\nnote: c\n")
    #expect(result.units[0].rows == 3...6)
    let contextOnly = try fixture.searching([], context: ["note"]).extract(CSVExtractor.self)
    #expect(contextOnly.units[0].text == "Title\n\nregion: Nord | amount: 12\n\nregion: Sued\namount: 14\n")
    #expect(contextOnly.units[0].context == "\n\nnote: a\n\nnote: b\nnote: c\n")
  }

  @Test("a searched column that the table lacks is told by its name, and so are the columns it has")
  func missingColumn() throws {
    let fixture = TableFixture("region,amount\nNord,12\n").searching(["amount", "Price"])
    #expect(throws: ExtractionFailure.missingColumn("Price")) { try fixture.extract(CSVExtractor.self) }
    #expect(throws: ExtractionFailure.missingColumn("x")) {
      try TableFixture("").searching(["x"]).extract(CSVExtractor.self)
    }
  }

  @Test("what is no text is no table")
  func binary() {
    for bytes in [[UInt8](repeating: 0, count: 100), Array("%PDF-1.4".utf8), [0x50, 0x4B, 3, 4]] {
      #expect(throws: ExtractionFailure.notADocument) { try TableFixture(bytes).extract(CSVExtractor.self) }
    }
  }

  @Test(
    "hostile tables cost time in proportion to their size: a row is not read from its start for each of its quotes",
    .timeLimit(.minutes(1)),
    arguments: ["\"", "\",", "\"\"", ",\"\"\"", "\"a\"b,", "\",\"", "\"\n", ",", "\",\n\"\"x"])
  func hostile(shape: String) throws {
    let result = try extract(String(repeating: shape, count: (1 << 18) / shape.utf8.count))
    #expect(result.units.allSatisfy { $0.text.utf8.count <= UnitSplitter.maximumBytes })
  }

  @Test("broken tables do no harm")
  func broken() {
    TableFixture("Title\nregion;\"a \"\"b\"\"\"\r\nNord;1\n\"x\ny\";2,5;\n\"open;3\nünï;4\n").expectSurvival(
      CSVExtractor.self)
  }
}
