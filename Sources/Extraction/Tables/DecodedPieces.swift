internal import IndexModel

/// The text of a large file in UTF-8, piece by piece, so that memory does not grow with the file.
enum DecodedPieces {
  /// Bytes of the file that make a piece; even, for UTF-16.
  private static let size = 1 << 20

  /// Calls `body` with each piece, and whether it is the last; once with nothing for an empty text. UTF-8 is one
  /// piece, as it need not be copied. Other pieces end between two scalars.
  static func forEach(
    of bytes: UnsafeRawBufferPointer, as encoding: TextEncoding,
    _ body: (UnsafeRawBufferPointer, _ isLast: Bool) throws -> Void
  ) throws {
    let decoder = TextDecoder()
    if encoding == .utf8 { return try body(decoder.decode(bytes, as: .utf8), true) }
    var windows1252 = Windows1252Decoder()
    var start = 0
    repeat {
      var end = min(start + size, bytes.count)
      if end < bytes.count, encoding != .latin1, isHighSurrogate(bytes, at: end - 2, encoding) { end -= 2 }
      let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      if encoding == .latin1 {
        try windows1252.decode(piece) { try body($0, end == bytes.count) }
      } else {
        try body(decoder.decode(piece, as: encoding), end == bytes.count)
      }
      start = end
    } while start < bytes.count
  }

  private static func isHighSurrogate(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, _ encoding: TextEncoding
  ) -> Bool {
    let high = bytes[encoding == .utf16LittleEndian ? offset + 1 : offset]
    return high & 0xFC == 0xD8
  }
}

/// Turns Windows-1252 into UTF-8: Latin-1 with quotes, dashes and the euro sign in place of the control characters
/// 0x80 to 0x9F, which no text has. The five bytes that are not assigned stay as they are (WHATWG Encoding, 9.1).
struct Windows1252Decoder {
  private static let from80: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
    0x017E, 0x0178,
  ]

  private var output: [UInt8] = []

  /// Calls `body` with the text of a piece.
  mutating func decode(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    output.removeAll(keepingCapacity: true)
    for byte in bytes {
      if byte < 0x80 {
        output.append(byte)
        continue
      }
      let unit = byte < 0xA0 ? Self.from80[Int(byte - 0x80)] : UInt16(byte)
      if unit < 0x800 {
        output.append(0xC0 | UInt8(unit >> 6))
      } else {
        output.append(0xE0 | UInt8(unit >> 12))
        output.append(0x80 | UInt8(unit >> 6 & 0x3F))
      }
      output.append(0x80 | UInt8(unit & 0x3F))
    }
    try output.withUnsafeBytes(body)
  }
}
