import IndexModel
import Testing

@testable import Extraction

@Suite("TextDecoder")
struct TextDecoderTests {
  private let decoder = TextDecoder()

  private func decode(_ bytes: [UInt8], _ encoding: TextEncoding) -> String? {
    bytes.withUnsafeBytes { String(validating: decoder.decode($0, as: encoding), as: UTF8.self) }
  }

  private func utf16(_ text: String, littleEndian: Bool) -> [UInt8] {
    text.utf16.flatMap { unit in
      let bytes = [UInt8(unit >> 8), UInt8(unit & 255)]
      return littleEndian ? bytes.reversed() : bytes
    }
  }

  @Test("UTF-8 is not copied, and loses its mark")
  func utf8() {
    let bytes = Array("\u{FEFF}naïve".utf8)
    bytes.withUnsafeBytes { source in
      let text = decoder.decode(source, as: .utf8)
      #expect(text.baseAddress == source.baseAddress.map { $0 + 3 })
      #expect(text.elementsEqual("naïve".utf8))
    }
    #expect(decode([0xEF, 0xBB, 0xBF], .utf8) == "")
    #expect(decode([], .utf8) == "")
    #expect(decode([0x61], .utf8) == "a")
  }

  @Test("every Latin-1 byte is the scalar of its number")
  func latin1() {
    let all = Array(UInt8.min...UInt8.max)
    #expect(decode(all, .latin1)?.unicodeScalars.map(\.value) == all.map { UInt32($0) })
    #expect(decode([], .latin1) == "")
  }

  @Test(
    "UTF-16 of either order, with and without a mark",
    arguments: ["", "a", "naïve 東京 𝄞\r\n", "\u{FFFF}\u{10FFFF}\u{7FF}\u{800}"])
  func utf16(text: String) {
    for mark in ["", "\u{FEFF}"] {
      #expect(decode(utf16(mark + text, littleEndian: true), .utf16LittleEndian) == text)
      #expect(decode(utf16(mark + text, littleEndian: false), .utf16BigEndian) == text)
    }
  }

  @Test(
    "halves become U+FFFD",
    arguments: [
      ([0xD8, 0x00], "\u{FFFD}"), ([0xDC, 0x00], "\u{FFFD}"), ([0xD8, 0x00, 0x00, 0x61], "\u{FFFD}a"),
      ([0xDC, 0x00, 0xD8, 0x00], "\u{FFFD}\u{FFFD}"),
      ([0xD8, 0x00, 0xD8, 0x00, 0xDC, 0x00], "\u{FFFD}\u{10000}"),
      ([0x00], "\u{FFFD}"), ([0x00, 0x61, 0x00], "a\u{FFFD}"), ([0xD8, 0x00, 0xDC], "\u{FFFD}\u{FFFD}"),
    ] as [([UInt8], String)])
  func halves(bytes: [UInt8], text: String) {
    #expect(decode(bytes, .utf16BigEndian) == text)
  }

  @Test("a decoder is used again, from large to small and back")
  func reuse() {
    for count in [10, 5_000_000, 10, 100_000] {
      #expect(decode([UInt8](repeating: 0xE9, count: count), .latin1)?.utf8.count == 2 * count)
    }
  }
}
