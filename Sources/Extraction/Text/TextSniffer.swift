import Glibc
package import IndexModel

/// What a file's bytes are.
package enum ContentFormat: Hashable, Sendable {
  case text(TextEncoding)
  case binary
}

/// Tells text from binary by looking at all of a file's bytes; its name plays no part.
///
/// - A known signature (PNG, ELF, gzip, PDF …) is binary.
/// - A UTF-16 byte order mark is UTF-16. Without one, UTF-16 has NULs and is binary.
/// - A NUL in the first 8 KiB is binary, as in git. So is a file with more than 1 control character in 50 bytes, NULs
///   included, from beginning to end: a few stray NULs far into a log do not hide the log, while a shell script
///   with an archive behind it is binary.
/// - What is left is UTF-8 if it is valid from beginning to end, and else Latin-1, in which any byte is valid.
package enum TextSniffer {
  /// Bytes at the beginning in which a single NUL means binary.
  private static let head = 8 << 10
  /// More than one control character in so many bytes means binary. Compressed and random data have 1 in 10.
  private static let bytesPerControl = 50
  /// Bytes that are looked at twice, for controls and for UTF-8, while they are in the nearest cache.
  private static let stretch = 16 << 10

  package static func format(of bytes: UnsafeRawBufferPointer) -> ContentFormat {
    if Signature.isBinary(bytes) { return .binary }
    if let encoding = utf16Mark(bytes) { return utf16Format(of: bytes, encoding) }
    if let base = bytes.baseAddress, memchr(base, 0, min(bytes.count, head)) != nil { return .binary }
    var controls = 0
    var validator = UTF8Validator()
    var start = 0
    while start < bytes.count {
      let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + stretch, bytes.count)])
      controls += ControlCharacters.count(in: piece)
      validator.check(piece)
      start += piece.count
    }
    if controls > bytes.count / bytesPerControl { return .binary }
    return .text(validator.isValidAtEnd ? .utf8 : .latin1)
  }

  private static func utf16Mark(_ bytes: UnsafeRawBufferPointer) -> TextEncoding? {
    guard bytes.count >= 2 else { return nil }
    switch (bytes[0], bytes[1]) {
    case (0xFF, 0xFE): return .utf16LittleEndian
    case (0xFE, 0xFF): return .utf16BigEndian
    default: return nil
    }
  }

  /// The same two rules, counted in code units. The mark of UTF-32, little endian, is that of UTF-16 and a NUL.
  private static func utf16Format(
    of bytes: UnsafeRawBufferPointer, _ encoding: TextEncoding
  ) -> ContentFormat {
    let low = encoding == .utf16LittleEndian ? 0 : 1
    var controls = 0
    var offset = 2
    while offset + 1 < bytes.count {
      if bytes[offset + 1 - low] == 0 {
        let unit = bytes[offset + low]
        if unit == 0, offset < head { return .binary }
        if ControlCharacters.contains(unit) { controls += 1 }
      }
      offset += 2
    }
    return controls > bytes.count / 2 / bytesPerControl ? .binary : .text(encoding)
  }
}
