import Testing

@testable import Extraction

@Suite("XLSExtractor")
struct XLSExtractorTests {
  @Test("a workbook by xlwt: dates, numbers, texts, a hidden sheet")
  func xlwt() throws {
    let result = try TableFixture.file("xlwt.xls").extract(XLSExtractor.self)
    #expect(result.units.map(\.sheet) == ["Erste", "Zweite"])
    #expect(result.units.map(\.rows) == [2...5, 4...5])
    #expect(
      result.lines[..<3] == [
        "region: Nord | amount: 12 | day: 2024-03-01 | at: 2024-03-01 14:30:00 | time: 14:30:00 | ok: 1"
          + " | note: two lines",
        "region: Süd | amount: 0.3 | day: 1900-01-02 | at: 1999-12-31 23:59:59 | time: 00:00:01 | ok: 0",
        "amount: -1.1 | day: 1900-03-01 | at: 2000-02-29 00:00:00 | time: 23:59:59 | ok: 1 | note: a & <b>",
      ])
    #expect(result.lines[4] == "name: x | v: 5")
  }

  @Test("the streams of a compound file tell what it is")
  func directory() throws {
    var bytes = try TableFixture.file("xlwt.xls").bytes
    let directory = try bytes.withUnsafeBytes { try CompoundFile($0) }
    #expect(directory.names == ["Root Entry", "Workbook"])
    #expect(directory.kind == .xls)
    let name: [UInt8] = "Workbook".utf8.flatMap { [$0, 0] }
    let place = try #require((0..<bytes.count - name.count).first { bytes[$0..<$0 + name.count].elementsEqual(name) })
    for (stream, kind) in [
      ("WordDocument", CompoundFile.Kind.doc), ("EncryptedPackage", .encrypted), ("Contents", nil),
    ] {
      let units: [UInt8] = stream.utf8.flatMap { [$0, 0] } + [0, 0]
      bytes.replaceSubrange(place..<place + units.count, with: units)
      bytes[place + 64] = UInt8(units.count)
      #expect(try bytes.withUnsafeBytes { try CompoundFile($0).kind } == kind)
      let expected = kind == .encrypted ? ExtractionFailure.encrypted : .notADocument
      #expect(throws: expected) { try TableFixture(bytes).extract(XLSExtractor.self) }
    }
  }

  @Test("chains that go in circles end, and what is no compound file is none")
  func hostileDirectory() throws {
    var bytes = try TableFixture.file("xlwt.xls").bytes
    let directory = Int(bytes[48]) + Int(bytes[49]) << 8
    let table = (Int(bytes[76]) + 1) * 512
    bytes.replaceSubrange(table + 4 * directory..<table + 4 * directory + 4, with: bytes[48..<52])
    #expect(try bytes.withUnsafeBytes { try CompoundFile($0).names.count } == 5000)
    #expect(throws: ExtractionFailure.notADocument) { try TableFixture("a,b\n1,2\n").extract(XLSExtractor.self) }
    #expect(throws: ExtractionFailure.notADocument) { try TableFixture("").extract(XLSExtractor.self) }
  }

  @Test("a workbook with a password")
  func password() throws {
    var bytes = try TableFixture.file("xlwt.xls").bytes
    // CODEPAGE, the second record or so, gives its place to FILEPASS ([MS-XLS] 2.4.117).
    let codePage: [UInt8] = [0x42, 0x00, 0x02, 0x00]
    let place = try #require((512..<bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual(codePage) })
    bytes[place] = 0x2F
    #expect(throws: ExtractionFailure.encrypted) { try TableFixture(bytes).extract(XLSExtractor.self) }
  }

  @Test("a directory that is broken anywhere does no harm")
  func broken() throws {
    let bytes = try TableFixture.file("xlwt.xls").bytes
    for end in stride(from: 0, to: bytes.count, by: 7) {
      bytes[..<end].withUnsafeBytes { _ = try? CompoundFile($0).kind }
    }
    for end in stride(from: 8, to: bytes.count, by: 512) {
      #expect(throws: ExtractionFailure.self) { try TableFixture(Array(bytes[..<end])).extract(XLSExtractor.self) }
    }
  }
}
