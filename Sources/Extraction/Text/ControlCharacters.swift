/// The ASCII control characters that text does not have: all but backspace to carriage return, and escape.
enum ControlCharacters {
  static func contains(_ byte: UInt8) -> Bool {
    byte < 32 ? !(8...13).contains(byte) && byte != 27 : byte == 127
  }

  /// How many there are, found with arithmetic on eight bytes at a time.
  static func count(in bytes: UnsafeRawBufferPointer) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    var total = 0
    var offset = 0
    while offset &+ 8 <= bytes.count {
      let found = controls(in: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      if found != 0 { total &+= found.nonzeroBitCount }
      offset &+= 8
    }
    while offset < bytes.count {
      if contains(bytes[offset]) { total += 1 }
      offset += 1
    }
    return total
  }

  /// The top bit of each of eight bytes that is a control character.
  @inline(__always)
  private static func controls(in word: UInt64) -> UInt64 {
    // Adding 0x80 - n to a seven-bit value sets its byte's top bit if the value is at least n.
    let seven = word & 0x7F7F_7F7F_7F7F_7F7F
    let isGraphic = seven &+ 0x6060_6060_6060_6060
    let isSpacing = (seven &+ 0x7878_7878_7878_7878) & ~(seven &+ 0x7272_7272_7272_7272)
    let isEscape = (seven &+ 0x6565_6565_6565_6565) & ~(seven &+ 0x6464_6464_6464_6464)
    let isDelete = seven &+ 0x0101_0101_0101_0101
    return (~(isGraphic | isSpacing | isEscape) | isDelete) & ~word & 0x8080_8080_8080_8080
  }
}
