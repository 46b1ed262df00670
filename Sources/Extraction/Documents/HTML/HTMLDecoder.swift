internal import Glibc
internal import IndexModel

/// Turns the bytes of an HTML page into UTF-8, piece by piece.
enum HTMLDecoder {
  private static let pieceSize = 64 << 10

  /// Calls `body` with the text, in pieces. What is no character in the encoding becomes U+FFFD.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, as encoding: HTMLEncoding, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    switch encoding {
    case .utf8: try body(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(bytes.first == 0xEF ? markLength(bytes) : 0)))
    case .brokenUTF8: try repair(bytes, body)
    case .utf16LittleEndian, .utf16BigEndian:
      let decoder = TextDecoder()
      // The text is in the decoder's own buffer.
      try withExtendedLifetime(decoder) {
        try body(decoder.decode(bytes, as: encoding == .utf16BigEndian ? .utf16BigEndian : .utf16LittleEndian))
      }
    case .windows1252: try decodeWindows1252(bytes, body)
    case .named(let name): try convert(bytes, from: name, body)
    }
  }

  private static func markLength(_ bytes: UnsafeRawBufferPointer) -> Int {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  private static func repair(
    _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var rest = bytes.dropFirst(markLength(bytes))
    while !rest.isEmpty {
      var piece = rest.prefix(pieceSize)
      // Not within a character: at most three bytes follow its first.
      for _ in 0..<3 where piece.endIndex < rest.endIndex && bytes[piece.endIndex] & 0xC0 == 0x80 {
        piece = piece.dropLast()
      }
      rest = rest[piece.endIndex...]
      var text = String(decoding: piece, as: UTF8.self)
      try text.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
    }
  }

  private static func decodeWindows1252(
    _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var decoder = Windows1252Decoder()
    for start in stride(from: 0, to: bytes.count, by: pieceSize) {
      try decoder.decode(UnsafeRawBufferPointer(rebasing: bytes[start...].prefix(pieceSize)), body)
    }
  }

  /// With the C library. An encoding that it does not know is read as windows-1252: the ASCII in it is still right.
  private static func convert(
    _ bytes: UnsafeRawBufferPointer, from name: String, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard let converter = iconv_open("UTF-8", name), converter != iconv_t(bitPattern: -1) else {
      return try decodeWindows1252(bytes, body)
    }
    defer { iconv_close(converter) }
    let output = UnsafeMutablePointer<CChar>.allocate(capacity: pieceSize)
    defer { output.deallocate() }
    var input = UnsafeMutablePointer(mutating: bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
    var left = bytes.count
    while left > 0 {
      var end: UnsafeMutablePointer<CChar>? = output
      var room = pieceSize
      let result = iconv(converter, &input, &left, &end, &room)
      let failure = errno
      try body(UnsafeRawBufferPointer(start: output, count: pieceSize - room))
      guard result == -1, failure != E2BIG else { continue }
      // One byte that is no character, or half a one at the end.
      input = input.map { $0 + 1 }
      left = failure == EILSEQ ? left - 1 : 0
      try Array("\u{FFFD}".utf8).withUnsafeBytes(body)
    }
  }
}
