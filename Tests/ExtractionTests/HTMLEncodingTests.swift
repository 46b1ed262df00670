import Foundation
import Testing

@testable import Extraction

@Suite("HTMLEncoding")
struct HTMLEncodingTests {
  private func decode(_ bytes: [UInt8]) throws -> String {
    var result: [UInt8] = []
    try bytes.withUnsafeBytes { bytes in
      try HTMLDecoder.decode(bytes, as: HTMLEncoding(bytes)) { result += $0 }
    }
    return try #require(String(validating: result, as: UTF8.self))
  }

  @Test(
    "the encoding is told by the mark, by being UTF-8, by what the page says, and is windows-1252 else",
    arguments: [
      ([0xEF, 0xBB, 0xBF, 0xC3, 0xA9], "", .utf8), ([0xC3, 0xA9], "<meta charset=iso-8859-1>", .utf8),
      ([0xE9], "<meta charset=UTF-8>", .brokenUTF8), ([0xEF, 0xBB, 0xBF, 0xE9], "<meta charset=koi8-r>", .brokenUTF8),
      ([0xE9], "", .windows1252), ([0xE9], "<meta charset='ISO-8859-1'>", .windows1252),
      ([0xE9], "<META http-equiv=Content-Type content=\"text/html; charset=koi8-r\">", .named("koi8-r")),
      ([0xE9], "<?xml version='1.0' encoding='windows-1251'?>", .named("windows-1251")),
      ([0xE9], "<meta name=a><meta charset = \"Shift_JIS\">", .named("cp932")),
      ([0xE9], "<meta charset=utf-16>", .brokenUTF8), ([0x61], "<meta charset=iso-2022-jp>", .named("iso-2022-jp")),
      ([0xFF, 0xFE, 0x61, 0], "", .utf16LittleEndian), ([0xFE, 0xFF, 0, 0x61], "", .utf16BigEndian),
      ([0xE9], "<p charset=koi8-r>", .windows1252), ([], "", .utf8),
    ] as [([UInt8], String, HTMLEncoding)])
  func told(bytes: [UInt8], label: String, expected: HTMLEncoding) {
    // A mark comes first, other bytes after the label.
    let all = bytes.first == 0xEF || label.isEmpty ? bytes + Array(label.utf8) : Array(label.utf8) + bytes
    #expect(all.withUnsafeBytes(HTMLEncoding.init) == expected)
  }

  @Test("text is decoded, pieces and mistakes included")
  func decoded() throws {
    #expect(try decode([0xEF, 0xBB, 0xBF] + Array("ä".utf8)) == "ä")
    #expect(try decode([0x93, 0x80, 0xE9, 0x81, 0x94]) == "“€é\u{81}”")
    #expect(try decode([0xFF, 0xFE, 0x71, 0x67]) == "東")
    let koi = Array("<meta charset=koi8-r>".utf8)
    #expect(try decode(koi + [0xF0, 0xD2, 0xC9]) == "<meta charset=koi8-r>При")
    let japanese = Array("<meta charset=shift_jis>".utf8)
    #expect(try decode(japanese + [0x93, 0x8C, 0xFF, 0x61, 0x93]) == "<meta charset=shift_jis>東\u{FFFD}a\u{FFFD}")
    #expect(try decode(Array("<meta charset=none//TRANSLIT>".utf8) + [0xE9]) == "<meta charset=none//TRANSLIT>é")
  }

  @Test("long text is the same in pieces as in one")
  func long() throws {
    let text = String(repeating: "aé東𝄞", count: 40_000)
    #expect(try decode(Array(text.utf8)) == text)
    #expect(try decode([0xEF, 0xBB, 0xBF] + Array(text.utf8) + [0xFF]) == text + "\u{FFFD}")
    let latin = [UInt8](repeating: 0xE9, count: 200_000)
    #expect(try decode(latin) == String(repeating: "é", count: 200_000))
    let label = "<meta charset=koi8-r>"
    #expect(
      try decode(Array(label.utf8) + [UInt8](repeating: 0xC1, count: 200_000)) == label
        + String(repeating: "а", count: 200_000))
  }

  @Test("the decoded text reaches the units")
  func units() throws {
    let page = Array("<meta charset=windows-1251><title>".utf8) + [0xCF, 0xF0] + Array("</title><p>x".utf8)
    #expect(try outline(of: HTMLExtractor.self, page) == ["Пр: x\n"])
    let wide = "<p>東京</p>".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    #expect(try outline(of: HTMLExtractor.self, [0xFE, 0xFF] + wide) == ["-: 東京\n"])
    #expect(try outline(of: HTMLExtractor.self, Array("<p>a".utf8) + [0] + Array("b</p><p>c".utf8)) == ["-: a b\nc\n"])
  }
}
