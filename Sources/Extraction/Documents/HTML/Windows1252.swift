/// The encoding that pages which say nothing, or "Latin-1", are in (Encoding Standard, 9).
enum Windows1252 {
  /// What the bytes from 0x80 to 0x9F mean; the five that mean nothing are control characters, as in the standard.
  private static let upper = Array(
    "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)

  static func scalar(_ byte: UInt8) -> Unicode.Scalar {
    (0x80...0x9F).contains(byte) ? upper[Int(byte) - 0x80] : Unicode.Scalar(byte)
  }

  /// `text` with what its control characters from U+0080 to U+009F mean as bytes: pages that write `&#150;` mean a dash
  /// (HTML Living Standard, 13.2.5.80).
  static func replacingControls(in text: String) -> String {
    // The first byte of all of them, in UTF-8.
    guard text.utf8.contains(0xC2) else { return text }
    var result = ""
    result.unicodeScalars.append(
      contentsOf: text.unicodeScalars.lazy.map { UInt8(exactly: $0.value).map(scalar) ?? $0 })
    return result
  }
}
