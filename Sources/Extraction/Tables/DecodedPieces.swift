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
