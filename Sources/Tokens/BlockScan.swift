/// The fast path: ASCII, 64 bytes at a time. Everything else goes through `WordScan`, by the same rules.
extension Tokenizer {
  /// Tokenises from the beginning of `base` until fewer than `slack` bytes are left.
  ///
  /// - Returns: where it stopped: at the start of a word or between words.
  @inline(__always)
  func scan(_ base: UnsafeRawPointer, _ count: Int, origin: Int, _ sink: inout some TokenSink) -> Int {
    let stems = self.stems
    var out = sink.start
    var position = 0
    while position &+ Self.slack <= count {
      out = sink.room(at: out)
      let block = base + position
      let classes = ByteClasses(block)
      let word = classes.lower | classes.upper | classes.digit | classes.high
      var starts = word & ~(word &<< 1) | Self.camelStarts(classes, block)
      var ends = (word &<< 1) & (~word | starts)
      // The last two bytes have not seen what follows them.
      var limit: UInt64 = 62
      if classes.high != 0 { limit = Self.startOfFirstHighRun(word, classes.high) }
      ends &= (1 &<< limit) &- 1

      let hasTokens = ends != 0
      while ends != 0 {
        let start = starts.trailingZeroBitCount
        let length = ends.trailingZeroBitCount &- start
        starts &= starts &- 1
        ends &= ends &- 1
        let digits = (classes.digit &>> UInt64(start)) &<< UInt64(64 &- length)
        let lower = origin &+ position &+ start
        let written: Int
        if length <= StemCache.maximumKeyBytes {
          let key = TokenKey(block + start, length)
          if digits == 0 {
            written = stems.writeStem(of: key, length, to: out)
          } else {
            key.write(to: out)
            written = length
          }
        } else {
          written = stems.writeLong(block + start, length, stemmed: digits == 0, to: out)
        }
        out = sink.take(out, written, lower, lower &+ length)
      }

      if classes.high != 0 {
        position = scanRun(base, from: position &+ Int(limit), count, origin: origin, &sink, &out)
      } else if starts == 0 {
        position &+= 64
      } else if starts & 1 == 0 || hasTokens {
        position &+= starts.trailingZeroBitCount
      } else {
        position = scanRun(base, from: position, count, origin: origin, &sink, &out)
      }
    }
    sink.suspend(at: out)
    return position
  }

  /// The capitals that start a word within a run; see `Tokenizer`.
  @inline(__always)
  private static func camelStarts(_ classes: ByteClasses, _ block: UnsafeRawPointer) -> UInt64 {
    let afterLower = classes.upper & (classes.lower &<< 1)
    let beforeLower =
      classes.upper & ((classes.upper | classes.digit) &<< 1) & (classes.lower &>> 1)
    if beforeLower == 0 { return afterLower }
    let beforeTwo = beforeLower & (classes.lower &>> 2)
    var beforeOne = beforeLower & (classes.upper &>> 2)
    var candidates = beforeOne
    while candidates != 0 {
      let index = candidates.trailingZeroBitCount
      candidates &= candidates &- 1
      if block.load(fromByteOffset: index + 1, as: UInt8.self) == UInt8(ascii: "s") {
        beforeOne &= ~(1 &<< UInt64(index))
      }
    }
    return afterLower | beforeTwo | beforeOne
  }

  /// Where the run of letters, digits and high bytes begins that holds the first high byte.
  @inline(__always)
  private static func startOfFirstHighRun(_ word: UInt64, _ high: UInt64) -> UInt64 {
    let before = ~word & ((high & (0 &- high)) &- 1)
    return UInt64(64 &- before.leadingZeroBitCount)
  }
}
