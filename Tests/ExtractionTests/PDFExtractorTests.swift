internal import Foundation
internal import TestSupport
import Testing

@testable import Extraction

@Suite("PDFExtractor")
struct PDFExtractorTests {
  /// A PDF as small as one can be: a page for each array of lines, in Helvetica.
  static func pdf(_ pages: [[String]], extraTrailer: String = "") -> [UInt8] {
    var objects: [String] = ["<</Type/Catalog/Pages 2 0 R>>"]
    let kids = pages.indices.map { "\(4 + 2 * $0) 0 R" }.joined(separator: " ")
    objects.append("<</Type/Pages/Count \(pages.count)/Kids[\(kids)]>>")
    objects.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    for (number, lines) in pages.enumerated() {
      let drawn = lines.enumerated().map { "BT /F 12 Tf 50 \(700 - 14 * $0.offset) Td (\($0.element)) Tj ET\n" }
        .joined()
      objects.append(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents \(5 + 2 * number) 0 R"
          + "/Resources<</Font<</F 3 0 R>>>>>>")
      objects.append("<</Length \(drawn.utf8.count)>>stream\n\(drawn)endstream")
    }
    var file = "%PDF-1.4\n"
    var offsets: [Int] = []
    for (number, object) in objects.enumerated() {
      offsets.append(file.utf8.count)
      file += "\(number + 1) 0 obj\(object)endobj\n"
    }
    let table = file.utf8.count
    file += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
    for offset in offsets { file += String(repeating: "0", count: 10 - "\(offset)".count) + "\(offset) 00000 n \n" }
    file += "trailer<</Size \(objects.count + 1)/Root 1 0 R\(extraTrailer)>>\nstartxref\n\(table)\n%%EOF\n"
    return Array(file.utf8)
  }

  @Test("each page is a section with its number; pages without text give none")
  func pages() throws {
    let result = try Collected(Self.pdf([["Annual report", "of the river"], [], ["Last page \\374"]])) {
      try PDFExtractor.extract($0, to: $1)
    }
    #expect(result.failure == nil)
    #expect(result.units.map(\.page) == [1, 3])
    #expect(result.units.map(\.text) == ["Annual report\nof the river\n", "Last page ü\n"])
  }

  @Test("a scan gives no units and is no failure")
  func scan() throws {
    let result = try Collected(Self.pdf([[], []])) { try PDFExtractor.extract($0, to: $1) }
    #expect(result.failure == nil)
    #expect(result.units.isEmpty)
  }

  @Test("a password that is needed is told")
  func encrypted() throws {
    let key = String(repeating: "41", count: 32)
    let trailer = "/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<\(key)>/U<\(key)>>>/ID[<00><00>]"
    let result = try Collected(Self.pdf([["Secret"]], extraTrailer: trailer)) { try PDFExtractor.extract($0, to: $1) }
    #expect(result.failure == .encrypted)
    #expect(result.units.isEmpty)
  }

  @Test("what breaks off ends in text or in damage")
  func truncated() throws {
    let whole = Self.pdf([["One"], ["Two"]])
    for count in stride(from: 0, to: whole.count, by: whole.count / 12) {
      let result = try Collected(whole.prefix(count)) { try PDFExtractor.extract($0, to: $1) }
      #expect(result.other == nil)
      if result.units.isEmpty, case .damaged(let reason) = result.failure { #expect(!reason.isEmpty) }
      #expect(!(result.units.isEmpty && result.failure == nil && count < whole.count / 2))
    }
  }

  @Test("without pdftotext the package to install is named")
  func missing() throws {
    let result = try Collected(Self.pdf([["One"]])) {
      try PDFExtractor.extract(
        $0, to: $1, with: Converter(program: "pdftotext", package: "poppler-utils", searchPath: "/nowhere"))
    }
    #expect(result.failure == .missingConverter("poppler-utils"))
  }

  @Test("more text than a document may have ends the converter")
  func tooMuch() throws {
    var limits = UnitSink.Limits()
    limits.bytes = 10
    let result = try Collected(Self.pdf([["One two three"], ["Four"]]), limits: limits) {
      try PDFExtractor.extract($0, to: $1)
    }
    #expect(result.failure == .tooMuchText)
  }

  @Test(
    "the mark is accepted in the first KiB", arguments: [(0, true), (1019, true), (1020, false), (5000, false)])
  func mark(offset: Int, isPDF: Bool) {
    let bytes = [UInt8](repeating: 32, count: offset) + Array("%PDF-1.7".utf8)
    #expect(bytes.withUnsafeBytes { PDFExtractor.isPDF($0) } == isPDF)
  }
}
