/// Any of the 256 bytes: what stands between brackets in a pattern.
struct ByteSet: Hashable, Sendable {
  private var words: SIMD4<UInt64> = .zero

  /// Reads what follows a `[`, up to its `]`, such as `!a-z_]`. A `]` that comes first is a member.
  ///
  /// - Returns: nil, with nothing read, when there is no `]`.
  init?(readingFrom pattern: inout ArraySlice<UInt8>) {
    var rest = pattern
    let isNegated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
    if isNegated { rest = rest.dropFirst() }
    var isFirst = true
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "]"), !isFirst {
        if isNegated { words = ~words }
        pattern = rest
        return
      }
      isFirst = false
      let lower = byte == UInt8(ascii: "\\") ? rest.popFirst() ?? byte : byte
      var upper = lower
      if rest.first == UInt8(ascii: "-"), let bound = rest.dropFirst().first, bound != UInt8(ascii: "]") {
        rest = rest.dropFirst(2)
        upper = bound
      }
      if lower <= upper { for member in lower...upper { insert(member) } }
    }
    return nil
  }

  func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] & (1 << UInt64(byte & 63)) != 0 }

  private mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
}
