import Testing

@testable import Extraction

@Suite("XLSXExtractor")
struct XLSXExtractorTests {
  private static let main = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
  private static let types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

  private static func relationships(_ list: [(id: String, type: String, target: String)]) -> String {
    let items = list.map { "<Relationship Id='\($0.id)' Type='\(types)/\($0.type)' Target='\($0.target)'/>" }
    return "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>\(items.joined())"
      + "</Relationships>"
  }

  /// A workbook with these sheets' rows.
  private static func workbook(_ sheets: [String], strings: String = "", styles: String = "") throws -> TableFixture {
    let list = sheets.indices.map { "<sheet name='Sheet \($0)' sheetId='\($0 + 1)' r:id='r\($0)'/>" }.joined()
    let parts = sheets.indices.map { ("r\($0)", "worksheet", "sheet\($0).xml") }
    var entries = [
      ("_rels/.rels", relationships([("a", "officeDocument", "xl/workbook.xml")])),
      ("xl/workbook.xml", "<workbook \(main) xmlns:r='\(types)'><sheets>\(list)</sheets></workbook>"),
      (
        "xl/_rels/workbook.xml.rels",
        relationships(parts + [("s", "sharedStrings", "strings.xml"), ("t", "styles", "/xl/styles.xml")])
      ),
      ("xl/strings.xml", "<sst \(main)>\(strings)</sst>"),
      ("xl/styles.xml", "<styleSheet \(main)>\(styles)</styleSheet>"),
    ]
    for (number, rows) in sheets.enumerated() {
      entries.append(("xl/sheet\(number).xml", "<worksheet \(main)><sheetData>\(rows)</sheetData></worksheet>"))
    }
    return TableFixture(try ZipFixture.bytes(entries), name: "book.xlsx")
  }

  @Test("a workbook by openpyxl: dates, booleans, rich text, hidden and empty sheets, merged and far cells")
  func openpyxl() throws {
    let result = try TableFixture.file("openpyxl.xlsx").extract(XLSXExtractor.self)
    #expect(
      result.units.map(\.sheet) == ["Erste", "Hidden", "Hidden"]
        && result.units.map(\.title) == ["Erste", "Report of 2024", "Report of 2024"]
        && result.units.map(\.rows) == [2...5, 1...12, 1_048_576...1_048_576])
    #expect(
      result.lines == [
        "region: Nord | amount: 12 | day: 2024-03-01 | at: 2024-03-01 14:30:00 | time: 14:30:00 | ok: TRUE"
          + " | note: two lines",
        "region: Süd | amount: 0.3 | day: 1900-01-01 | at: 1999-12-31 23:59:59 | time: 00:00:01 | ok: FALSE",
        "amount: -1.1 | day: 1900-03-01 | at: 2000-02-29 00:00:00 | time: 23:59:59 | ok: TRUE | note: a & <b>",
        "region: Ost | amount: 123456789012 | day: 2100-12-31 | at: 2024-02-29 12:00:00 | time: 12:00:00 | ok: FALSE"
          + " | note: 東京 𝄞",
        "Report of 2024", "name: x | v: 5", "name: rich bold text", "column 16384: far", "column 1: bottom",
      ])
    #expect(result.columns.map(\.sheet) == ["Erste", "Hidden"])
    #expect(result.columns.last?.names.prefix(3) == ["column 1", "name", "v"])
  }

  @Test("the epoch of 1904")
  func epoch() throws {
    let lines = try TableFixture.file("openpyxl-1904.xlsx").extract(XLSXExtractor.self).lines
    #expect(lines[0].contains("| day: 2024-03-01 | at: 2024-03-01 14:30:00 | time: 14:30:00 |"))
    #expect(lines[1].contains("| day: 1904-01-02 |"))
  }

  @Test("a workbook by XlsxWriter: number formats, formulas with their stored values, no errors")
  func xlsxWriter() throws {
    let lines = try TableFixture.file("xlsxwriter.xlsx").extract(XLSXExtractor.self).lines
    #expect(lines.count == 199)
    #expect(
      lines[6] == "what: row 7 | date: 2024-09-16 | stamp: 2024-01-09 00:02:35 | hours: 24:00:00 | percent: 0.007"
        + " | month: 2024-01-01 | days: 7.7 | formula: 2 | bool: FALSE | string formula: ab")
  }

  @Test("inline and shared strings, runs, phonetic texts, and cells and rows without references")
  func cells() throws {
    let rows = """
      <row><c t='inlineStr'><is><t>name</t></is></c><c t='s'><v>0</v></c></row>
      <row><c t='s'><v>1</v></c><c><f>1+1</f><v>2</v></c><c t='str'><f>A</f><v>3 kg</v></c><c t='d'><v>2024-03-01T10:00:00</v></c></row>
      <row r='9'><c r='B9' t='s'><v>7</v></c><c t='e'><v>#N/A</v></c><c r='A9' t='b'><v>0</v></c></row>
      """
    let strings =
      "<si><t>value</t></si><si><r><t>a</t></r><r><t xml:space='preserve'> b</t></r><rPh><t>no</t></rPh></si>"
    let result = try Self.workbook([rows], strings: strings).extract(XLSXExtractor.self)
    #expect(
      result.lines == ["name: a b | value: 2 | column 3: 3 kg | column 4: 2024-03-01 10:00:00", "name: FALSE"])
    #expect(result.units.map(\.rows) == [2...9])
  }

  @Test("only sheets with the searched columns are taken; without any, the file lacks them")
  func searchedColumns() throws {
    func rows(_ name: String) -> String {
      "<row><c t='str'><v>\(name)</v></c></row><row><c t='str'><v>of \(name)</v></c></row>"
    }
    let book = try Self.workbook([rows("a"), "", rows("b"), rows("A")])
    #expect(try book.searching(["a"]).extract(XLSXExtractor.self).lines == ["a: of a", "A: of A"])
    #expect(throws: ExtractionFailure.missingColumn("c")) {
      try book.searching(["c"]).extract(XLSXExtractor.self)
    }
  }

  @Test(
    "rows and columns beyond what a sheet has are damage",
    arguments: [
      "<row r='0'/>", "<row r='1048577'/>", "<row r='1'><c r='XFE1'><v>1</v></c></row>", "<row><c r='1'/></row>",
    ])
  func outOfRange(rows: String) throws {
    #expect { try Self.workbook([rows]).extract(XLSXExtractor.self) } throws: {
      if case ExtractionFailure.damaged = $0 { true } else { false }
    }
  }

  @Test("a long text that every cell of a row refers to is too much, not gigabytes")
  func amplification() throws {
    let cells = (0..<16_384).map { _ in "<c t='s'><v>0</v></c>" }.joined()
    let strings = "<si><t>\(String(repeating: "x", count: 1 << 20))</t></si>"
    #expect(throws: ExtractionFailure.tooMuchText) {
      try Self.workbook(["<row>\(cells)</row>"], strings: strings).extract(XLSXExtractor.self)
    }
  }

  @Test("broken workbooks do no harm")
  func broken() throws {
    try TableFixture.file("pandas.xlsx").expectSurvival(XLSXExtractor.self, step: 31, flips: 150)
    #expect(throws: ExtractionFailure.self) { try TableFixture("no zip").extract(XLSXExtractor.self) }
  }
}
