/// Checks UTF-8 as it comes in pieces: shortest forms only, no surrogates, nothing above U+10FFFF.
struct UTF8Validator {
  private(set) var isValid = true
  /// Continuation bytes that the last piece still owes.
  private var missing = 0
  /// The values that the next continuation byte may have: narrower than usual after E0, ED, F0 and F4.
  private var allowed: ClosedRange<UInt8> = 0x80...0xBF

  /// Whether everything so far was valid, and the last scalar is complete.
  var isValidAtEnd: Bool { isValid && missing == 0 }

  mutating func check(_ bytes: UnsafeRawBufferPointer) {
    guard isValid else { return }
    var offset = 0
    while offset < bytes.count {
      if missing == 0 {
        offset = Self.endOfASCII(in: bytes, from: offset)
        if offset == bytes.count { return }
      }
      guard accept(bytes[offset]) else {
        isValid = false
        return
      }
      offset += 1
    }
  }

  @inline(__always)
  private mutating func accept(_ byte: UInt8) -> Bool {
    if missing > 0 {
      guard allowed.contains(byte) else { return false }
      missing -= 1
      allowed = 0x80...0xBF
      return true
    }
    switch byte {
    case 0xC2...0xDF: missing = 1
    case 0xE0: (missing, allowed) = (2, 0xA0...0xBF)
    case 0xED: (missing, allowed) = (2, 0x80...0x9F)
    case 0xE1...0xEF: missing = 2
    case 0xF0: (missing, allowed) = (3, 0x90...0xBF)
    case 0xF1...0xF3: missing = 3
    case 0xF4: (missing, allowed) = (3, 0x80...0x8F)
    default: return byte < 0x80
    }
    return true
  }

  /// The offset of the first byte from `start` on that is not ASCII, or the end.
  @inline(__always)
  private static func endOfASCII(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    typealias Words = SIMD4<UInt64>
    var offset = start
    while offset + 32 <= bytes.count {
      let words = bytes.loadUnaligned(fromByteOffset: offset, as: Words.self)
      let folded = words.evenHalf | words.oddHalf
      if (folded.x | folded.y) & 0x8080_8080_8080_8080 != 0 { break }
      offset += 32
    }
    while offset < bytes.count, bytes[offset] < 0x80 { offset += 1 }
    return offset
  }
}
