internal import Foundation
internal import TestSupport
import Testing

@testable import Extraction

@Suite("GzipExtractor")
struct GzipExtractorTests {
  /// What the program `gzip` makes of these bytes.
  private func compressed(_ bytes: some Sequence<UInt8>) throws -> [UInt8] {
    let scratch = try Scratch()
    let url = URL(fileURLWithPath: scratch.path("file"))
    try Data(bytes).write(to: url)
    let result = try Program("/usr/bin/env").run(["gzip", url.path])
    try #require(result.status == 0)
    return Array(try Data(contentsOf: url.appendingPathExtension("gz")))
  }

  private func read(_ bytes: some Sequence<UInt8>) throws -> Collected {
    try Collected(bytes) { try GzipExtractor.extract($0, to: $1) }
  }

  @Test("a text comes out as it went in, in units that UnitSplitter makes")
  func text() throws {
    let text = (1...20_000).map { "line \($0) ünd so weiter\n" }.joined()
    let result = try read(try compressed(text.utf8))
    #expect(result.failure == nil)
    #expect(result.text == text)
    let splitter = Array(text.utf8).withUnsafeBytes { Array(UnitSplitter($0)).count }
    #expect(result.units.count == splitter)
  }

  @Test("other encodings are told, also where stretches of them are cut")
  func encodings() throws {
    let text = String(repeating: "Zeile für Zeile\n", count: 100_000)
    let latin = Array(text.unicodeScalars.map { UInt8($0.value) })
    #expect(try read(try compressed(latin)).text == text)
    var wide: [UInt8] = [0xFF, 0xFE]
    for unit in text.utf16 { wide += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    #expect(try read(try compressed(wide)).text == text)
  }

  @Test("all members are read, and what follows them is left alone")
  func members() throws {
    let members = try compressed("one\n".utf8) + compressed("".utf8) + compressed("two\n".utf8)
    #expect(try read(members).text == "one\ntwo\n")
    let trailed = try read(members + [0, 0, 0, 7])
    #expect(trailed.failure == nil)
    #expect(trailed.text == "one\ntwo\n")
  }

  @Test("an archive and other binary files within are no documents")
  func binary() throws {
    var archive = [UInt8](repeating: UInt8(ascii: "a"), count: 1024)
    archive.replaceSubrange(257..<262, with: Array("ustar".utf8))
    #expect(try read(try compressed(archive)).failure == .notADocument)
    #expect(try read(try compressed([0, 1, 2, 3])).failure == .notADocument)
    // Text at the beginning, and then not.
    let mixed = [UInt8](repeating: 32, count: 100_000) + [UInt8](repeating: 1, count: 100_000)
    #expect(try read(try compressed(mixed)).failure == .notADocument)
  }

  @Test("what breaks off, at any byte, is damaged")
  func truncated() throws {
    let whole = try compressed("a text that is not very long".utf8)
    for count in whole.indices {
      #expect(try read(whole.prefix(count)).failure == .damaged("breaks off"))
    }
    #expect(try read(whole).failure == nil)
  }

  @Test("a byte that was changed in the content is noticed", arguments: 0..<20)
  func flipped(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let text = generator.text(20_000, from: ["one ", "two ", "three ", "\n"])
    var file = try compressed(text)
    file[Int.random(in: 30..<file.count, using: &generator)] ^= 0x10
    let result = try read(file)
    let isDamaged = if case .damaged = result.failure { true } else { result.failure == .tooMuchText }
    #expect(isDamaged)
  }

  @Test("a bomb is too much text")
  func bomb() throws {
    #expect(try read(try compressed([UInt8](repeating: 32, count: 20 << 20))).failure == .tooMuchText)
  }

  @Test("nothing compressed is nothing")
  func empty() throws {
    let result = try read(try compressed("".utf8))
    #expect(result.failure == nil)
    #expect(result.units.isEmpty)
  }
}
