import Testing

@testable import Extraction

@Suite("ODSExtractor")
struct ODSExtractorTests {
  private static func spreadsheet(_ tables: String, manifest: String? = nil) throws -> TableFixture {
    let namespaces = ["office", "table", "text"].map { "xmlns:\($0)='urn:oasis:names:tc:opendocument:xmlns:\($0):1.0'" }
    let content = """
      <office:document-content \(namespaces.joined(separator: " ")) \
      xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' xmlns:calcext='urn:calcext'>\
      <office:body><office:spreadsheet>\(tables)</office:spreadsheet></office:body></office:document-content>
      """
    let entries = [("content.xml", content)] + (manifest.map { [("META-INF/manifest.xml", $0)] } ?? [])
    return TableFixture(try ZipFixture.bytes(entries), name: "sheet.ods")
  }

  private static func text(_ texts: String...) -> String {
    texts.map { "<table:table-cell office:value-type='string'><text:p>\($0)</text:p></table:table-cell>" }.joined()
  }

  @Test("a file by pandas and odfpy")
  func pandas() throws {
    let result = try TableFixture.file("pandas.ods").extract(ODSExtractor.self)
    #expect(result.units.map(\.sheet) == ["Eins", "Zwei"])
    #expect(result.columns.map(\.names.first) == ["column 1", "region"])
    #expect(
      result.lines.suffix(3) == [
        "region: Nord | amount: 12.5 | day: 2024-03-01 | at: 2024-03-01 14:30:05 | ok: TRUE | text: a b",
        "region: Süd | day: 2024-03-01 | at: 2024-03-01 14:30:05 | ok: FALSE | text: x  y",
        "amount: 3 | day: 2024-03-01 | at: 2024-03-01 14:30:05 | ok: TRUE | text: <&>",
      ])
  }

  @Test("values of all types, repeated cells and rows, merged cells, and what is not shown")
  func values() throws {
    let result = try Self.spreadsheet(
      """
      <table:tracked-changes><table:table-cell><text:p>deleted</text:p></table:table-cell></table:tracked-changes>
      <table:table table:name='Eins'><table:table-header-rows><table:table-row>\(Self.text("a", "b", "c", "d"))</table:table-row>
      </table:table-header-rows><table:table-row>
      <table:table-cell office:value-type='currency' office:value='12.50'><text:p>12,50 €</text:p></table:table-cell>
      <table:table-cell office:value-type='time' office:time-value='PT4H05M06.7S'><text:p>4:05</text:p></table:table-cell>
      <table:table-cell office:value-type='string'><office:annotation><text:p>note</text:p></office:annotation>\
      <text:p>one<text:s text:c='2'/><text:span>two</text:span></text:p><text:p>three</text:p></table:table-cell>
      <table:table-cell office:value-type='string' calcext:value-type='error'><text:p>#DIV/0!</text:p></table:table-cell>
      </table:table-row><table:table-row table:number-rows-repeated='2'>
      <table:table-cell table:number-columns-repeated='2' office:value-type='float' office:value='7'/>
      <table:covered-table-cell><text:p>hidden</text:p></table:covered-table-cell>\(Self.text("end"))
      </table:table-row></table:table>
      """
    ).extract(ODSExtractor.self)
    #expect(
      result.lines == ["a: 12.5 | b: 04:05:06 | c: one two three", "a: 7 | b: 7 | d: end", "a: 7 | b: 7 | d: end"])
    #expect(result.units.map(\.rows) == [2...4])
  }

  @Test("rows and cells that are repeated without end cost nothing when empty, and no more than a sheet when not")
  func repeated() throws {
    func rows(_ cell: String) -> String {
      "<table:table-row table:number-rows-repeated='99999999999'>\(cell)</table:table-row>"
    }
    let empty = "<table:table-cell table:number-columns-repeated='9223372036854775807'/>"
    let tables = """
      <table:table><table:table-row>\(Self.text("a"))</table:table-row>\
      <table:table-row table:number-rows-repeated='1048570'>\(empty)\(empty)</table:table-row>\
      <table:table-row>\(Self.text("5"))</table:table-row>\(rows(empty))\(rows(empty))</table:table>
      """
    let result = try Self.spreadsheet(tables).extract(ODSExtractor.self)
    #expect(result.lines == ["a: 5"])
    #expect(result.units.map(\.rows) == [1_048_572...1_048_572])
    var limits = UnitSink.Limits()
    limits.bytes = 1 << 20
    #expect(throws: ExtractionFailure.tooMuchText) {
      try Self.spreadsheet("<table:table>\(rows(Self.text("full")))</table:table>").extract(
        ODSExtractor.self, limits: limits)
    }
  }

  @Test("an encrypted file is told by its manifest")
  func encrypted() throws {
    let manifest = """
      <manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>\
      <manifest:file-entry manifest:full-path='content.xml'><manifest:encryption-data/></manifest:file-entry>\
      </manifest:manifest>
      """
    #expect(throws: ExtractionFailure.encrypted) {
      try Self.spreadsheet("", manifest: manifest).extract(ODSExtractor.self)
    }
  }

  @Test("broken files do no harm")
  func broken() throws {
    try TableFixture.file("pandas.ods").expectSurvival(ODSExtractor.self, step: 11, flips: 150)
  }
}
