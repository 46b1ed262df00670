/// Latin-1 with quotes, dashes and the euro sign in place of the control characters 0x80 to 0x9F, which no text has: what
/// texts and pages that say nothing, or "Latin-1", are in (Encoding Standard, 9.1).
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

/// Turns Windows-1252 into UTF-8, into a buffer that serves one piece after another.
struct Windows1252Decoder {
  /// Each byte above ASCII in UTF-8: two bytes or three.
  private static let encoded: [(UInt8, UInt8, UInt8?)] = (0x80...UInt8.max).map { byte in
    let text = Array(String(Windows1252.scalar(byte)).utf8)
    return (text[0], text[1], text.count > 2 ? text[2] : nil)
  }

  private var output: [UInt8] = []

  /// Calls `body` with the text of a piece.
  mutating func decode(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let encoded = Self.encoded
    output.removeAll(keepingCapacity: true)
    var rest = bytes[...]
    while let start = rest.firstIndex(where: { $0 >= 0x80 }) {
      output += rest[..<start]
      rest = rest[start...]
      while let byte = rest.first, byte >= 0x80 {
        let (first, second, third) = encoded[Int(byte) - 0x80]
        output.append(first)
        output.append(second)
        if let third { output.append(third) }
        rest.removeFirst()
      }
    }
    output += rest
    try output.withUnsafeBytes(body)
  }
}
