internal import Foundation
import Testing

@testable import Extraction

@Suite("PagedText")
struct PagedTextTests {
  private func units(_ pieces: [[UInt8]]) throws -> [DocumentUnit] {
    try Collected([]) { _, sink in
      var text = PagedText(Sections(sink))
      for piece in pieces { try piece.withUnsafeBytes { try text.add($0) } }
      try text.end()
    }.units
  }

  @Test("it does not matter where the pieces are cut", arguments: 1...7)
  func pieces(size: Int) throws {
    let bytes = Array("Grüße\nzwei\n\u{C}\u{C}drei €\nvier".utf8)
    let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    let units = try units(pieces)
    #expect(units.map(\.page) == [1, 3])
    #expect(units.map(\.text) == ["Grüße\nzwei\n", "drei €\nvier\n"])
  }

  @Test("a line without end is handed on in parts, cut between two scalars")
  func longLine() throws {
    let bytes = Array(String(repeating: "ü€ ", count: 700_000).utf8)
    let pieces = stride(from: 0, to: bytes.count, by: 65_536).map { Array(bytes[$0..<min($0 + 65_536, bytes.count)]) }
    let text = try units(pieces).map(\.text).joined()
    #expect(!text.contains("\u{FFFD}"))
    #expect(text.unicodeScalars.filter { $0 == "€" }.count == 700_000)
  }
}
