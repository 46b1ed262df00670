/// Cuts a document in Rich Text Format into its tokens. Source: Rich Text Format Specification 1.9.1, "RTF Syntax".
struct RTFTokens {
  enum Token: Equatable {
    case open
    case close
    /// `\word` or `\word12`.
    case word(String, Int?)
    /// `\~`: a control that is no letter.
    case symbol(UInt8)
    /// `\'fc`: a byte of text.
    case byte(UInt8)
    /// Bytes of text that stand for themselves: offsets.
    case run(Range<Int>)
  }

  /// Letters of a control word, and digits of its number; none that is known is longer.
  private static let maximumWord = 64
  private static let maximumDigits = 10

  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Nil at the end.
  mutating func next() -> Token? {
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "{"):
        position += 1
        return .open
      case UInt8(ascii: "}"):
        position += 1
        return .close
      case UInt8(ascii: "\\"):
        position += 1
        if let token = control() { return token }
      case 0, 10, 13: position += 1
      default: return .run(run())
      }
    }
    return nil
  }

  private mutating func run() -> Range<Int> {
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\\"), 0, 10, 13: return start..<position
      default: position += 1
      }
    }
    return start..<position
  }

  /// What stands after a backslash; nil when it is to be passed over.
  private mutating func control() -> Token? {
    guard position < bytes.count else { return nil }
    let first = bytes[position]
    guard isLetter(first) else {
      position += 1
      return first == UInt8(ascii: "'") ? hexByte() : .symbol(first)
    }
    let start = position
    while position < bytes.count, isLetter(bytes[position]) { position += 1 }
    let word = String(decoding: bytes[start..<min(position, start + Self.maximumWord)], as: UTF8.self)
    let number = number()
    if position < bytes.count, bytes[position] == 32 { position += 1 }
    guard word == "bin" else { return .word(word, number) }
    // So many raw bytes follow.
    position += min(max(0, number ?? 0), bytes.count - position)
    return nil
  }

  private mutating func number() -> Int? {
    let isNegative = position < bytes.count && bytes[position] == UInt8(ascii: "-")
    var offset = position + (isNegative ? 1 : 0)
    let start = offset
    var value = 0
    while offset < bytes.count, let digit = digit(bytes[offset]) {
      if offset - start < Self.maximumDigits { value = 10 * value + digit }
      offset += 1
    }
    guard offset > start else { return nil }
    position = offset
    return isNegative ? -value : value
  }

  private mutating func hexByte() -> Token? {
    guard position + 2 <= bytes.count else {
      position = bytes.count
      return nil
    }
    guard let high = hexDigit(bytes[position]), let low = hexDigit(bytes[position + 1]) else { return nil }
    position += 2
    return .byte(high << 4 | low)
  }

  private func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 32) }

  private func digit(_ byte: UInt8) -> Int? { (48...57).contains(byte) ? Int(byte) - 48 : nil }

  private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70, 97...102: (byte | 32) - 87
    default: nil
    }
  }
}
