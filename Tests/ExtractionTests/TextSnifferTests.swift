import IndexModel
import TestSupport
import Testing

@testable import Extraction

@Suite("TextSniffer")
struct TextSnifferTests {
  private func format(_ bytes: [UInt8]) -> ContentFormat {
    bytes.withUnsafeBytes { TextSniffer.format(of: $0) }
  }

  @Test(
    "text is UTF-8, or Latin-1 if it is not valid",
    arguments: [
      ([], .utf8), ([0x61], .utf8), (Array("naïve 東京 🎉\r\n".utf8), .utf8), ([0xEF, 0xBB, 0xBF], .utf8),
      ([0x61, 0xE9, 0x62], .latin1), ([0xC3], .latin1), ([0xC0, 0x80], .latin1),
      ([0xED, 0xA0, 0x80], .latin1),
      ([0xF4, 0x90, 0x80, 0x80], .latin1), ([0xF4, 0x8F, 0xBF, 0xBF], .utf8), ([0xE0, 0x9F, 0xBF], .latin1),
      ([0xF0, 0x8F, 0xBF, 0xBF], .latin1), ([0xF5, 0x80, 0x80, 0x80], .latin1), ([0x80], .latin1),
      (Array("\u{1B}[1mbold\u{1B}[0m\u{C}".utf8), .utf8),
    ] as [([UInt8], TextEncoding)])
  func text(bytes: [UInt8], encoding: TextEncoding) {
    #expect(format(bytes) == .text(encoding))
  }

  @Test(
    "UTF-16 only with a mark",
    arguments: [
      ([0xFF, 0xFE], .text(.utf16LittleEndian)), ([0xFE, 0xFF], .text(.utf16BigEndian)),
      ([0xFF, 0xFE, 0x61, 0], .text(.utf16LittleEndian)), ([0xFE, 0xFF, 0, 0x61, 0], .text(.utf16BigEndian)),
      ([0x61, 0, 0x62, 0], .binary), ([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0], .binary),
      ([0, 0, 0xFE, 0xFF], .binary),
      ([0xFF, 0xFE, 1, 0, 2, 0], .binary), ([0xFE, 0xFF, 0, 1, 0, 2], .binary),
      ([0xFE, 0xFF, 1, 0, 2, 0], .text(.utf16BigEndian)),
    ] as [([UInt8], ContentFormat)])
  func utf16(bytes: [UInt8], expected: ContentFormat) {
    #expect(format(bytes) == expected)
  }

  @Test(
    "known signatures are binary",
    arguments: [
      "\u{7F}ELF", "%PDF-1.4\n% all of it is text\n", "GIF89a", "PK\u{3}\u{4}", "!<arch>\n", "BZh91AY&SY",
    ])
  func signatures(start: String) {
    #expect(format(Array(start.utf8)) == .binary)
    #expect(format(Array((" " + start + String(repeating: "text ", count: 20)).utf8)) == .text(.utf8))
  }

  @Test("a gzip file, an image and random bytes are binary", arguments: 1..<20 as Range<UInt64>)
  func binary(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let noise = generator.bytes(5000, from: Array(1...255))
    #expect(format([0x1F, 0x8B, 8] + noise) == .binary)
    #expect(format([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) == .binary)
    #expect(format([0x20] + noise) == .binary)
  }

  @Test("a NUL decides in the first 8 KiB, its share behind")
  func nuls() {
    var text = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
    text[8191] = 0
    #expect(format(text) == .binary)
    text[8191] = 0x78
    text[8192] = 0
    #expect(format(text) == .text(.utf8))
    for offset in 50_000..<51_999 { text[offset] = 0 }
    #expect(format(text) == .text(.utf8))
    text[60_000] = 0
    #expect(format(text) == .binary)
  }

  @Test(
    "a scalar across the end of a stretch is valid, half a scalar at the end is not", arguments: 16380..<16390
  )
  func stretches(position: Int) {
    let text = [UInt8](repeating: 0x78, count: position) + Array("𝄞".utf8)
    #expect(format(text + [0x78]) == .text(.utf8))
    #expect(format(text) == .text(.utf8))
    #expect(format(text.dropLast()) == .text(.latin1))
    #expect(format(text.dropLast() + [0x78]) == .text(.latin1))
  }

  @Test("agrees with the standard library on what is UTF-8", arguments: 1..<20 as Range<UInt64>)
  func validity(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let parts = [
      "a", "é", "東", "𝄞", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10FFFF}",
      "0123456789abcdefghij0123456789abcdefghij",
    ]
    for _ in 0..<500 {
      var text = generator.text(Int.random(in: 1...200, using: &generator), from: parts)
      let place = Int.random(in: 0..<text.count, using: &generator)
      if Bool.random(using: &generator) { text[place] = UInt8.random(in: 0x20...0xFF, using: &generator) }
      var validator = UTF8Validator()
      let cut = Int.random(in: 0...text.count, using: &generator)
      text.withUnsafeBytes {
        validator.check(UnsafeRawBufferPointer(rebasing: $0[..<cut]))
        validator.check(UnsafeRawBufferPointer(rebasing: $0[cut...]))
      }
      #expect(validator.isValidAtEnd == (String(validating: text, as: UTF8.self) != nil), "\(text)")
    }
  }

  @Test("counts control characters like the definition, at any length", arguments: 1..<5 as Range<UInt64>)
  func controls(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for count in 0..<200 {
      let bytes = generator.bytes(count, from: Array(0...255))
      #expect(
        bytes.withUnsafeBytes(ControlCharacters.count) == bytes.count(where: ControlCharacters.contains))
    }
    #expect(
      (0...255).filter { ControlCharacters.contains($0) } == Array(0...7) + Array(14...26) + Array(28...31)
        + [127])
  }
}
