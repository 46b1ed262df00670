/// What 64 bytes are, one bit a byte, the first byte lowest: found with arithmetic on eight bytes at a time, which
/// costs about one cycle a byte on any processor, and no branch.
struct ByteClasses {
  var lower: UInt64 = 0
  var upper: UInt64 = 0
  var digit: UInt64 = 0
  /// 0x80 and above.
  var high: UInt64 = 0

  /// - Parameter bytes: 64 readable bytes.
  @inline(__always)
  init(_ bytes: UnsafeRawPointer) {
    var anyHigh: UInt64 = 0
    for index in 0..<8 {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 &* index, as: UInt64.self))
      let shift = UInt64(truncatingIfNeeded: 8 &* index)
      // In each byte, adding 0x80 - n to a seven-bit value sets the top bit if the value is at least n.
      let seven = word & 0x7F7F_7F7F_7F7F_7F7F
      let folded = seven | 0x2020_2020_2020_2020
      let letter =
        (folded &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(folded &+ 0x0505_0505_0505_0505) & ~word & Self.top
      let number =
        (seven &+ 0x5050_5050_5050_5050) & ~(seven &+ 0x4646_4646_4646_4646) & ~word & Self.top
      // Bit 5 tells lower case from upper; moved to the top of its byte.
      let small = word &<< 2
      lower |= Self.gather(letter & small) &<< shift
      upper |= Self.gather(letter & ~small) &<< shift
      digit |= Self.gather(number) &<< shift
      anyHigh |= word
    }
    if anyHigh & Self.top != 0 { high = Self.highBits(bytes) }
  }

  @inline(never)
  private static func highBits(_ bytes: UnsafeRawPointer) -> UInt64 {
    var high: UInt64 = 0
    for index in 0..<8 {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
      high |= gather(word & top) << UInt64(8 * index)
    }
    return high
  }

  private static let top: UInt64 = 0x8080_8080_8080_8080

  /// The top bits of eight bytes as one byte: the multiplication moves each to its place, without carries.
  @inline(__always)
  private static func gather(_ tops: UInt64) -> UInt64 {
    ((tops &>> 7) &* 0x0102_0408_1020_4080) &>> 56
  }
}
