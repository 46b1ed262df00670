/// The general path: any UTF-8, one scalar at a time, for runs with bytes above 0x7F and for very long words.
extension Tokenizer {
  /// A word, or a run of ideographs, while it is read.
  private struct Open {
    /// Bytes in `Tokenizer.word`.
    var count = 0
    var start = 0
    var end = 0
    var isFull = false
    /// Letters a to z only, so far.
    var isStemmable = true
    /// The class of the last scalar.
    var last = ScalarFolding.Class.separator
    /// The ideograph that is open was in a pair already.
    var hasPair = false
  }

  /// Tokenises the run of letters, digits and high bytes from `position` on.
  ///
  /// - Returns: the offset behind the run.
  @inline(never)
  func scanRun<Sink: TokenSink>(
    _ base: UnsafeRawPointer, from position: Int, _ count: Int, origin: Int, _ sink: inout Sink,
    _ out: inout UnsafeMutableRawPointer
  ) -> Int {
    let text = UnsafeRawBufferPointer(start: base, count: count)
    var open = Open()
    var offset = position
    while offset < count, Self.isRunByte(text[offset]) {
      let (scalar, length) = Self.decode(text, at: offset)
      let folded = folding.fold(scalar)
      let next = offset + length
      switch folded.scalarClass {
      case .nothing:
        // Belongs to the token it stands in.
        if open.last != .separator { open.end = next }
      case .unknown, .separator:
        close(&open, origin, &sink, &out)
      case .ideograph:
        if open.last != .ideograph { close(&open, origin, &sink, &out) }
        addIdeograph(folded, offset, next, &open, origin, &sink, &out)
      case .upper where startsWord(text, after: next, open.last):
        close(&open, origin, &sink, &out)
        fallthrough
      case .lower, .upper, .digit, .letter:
        if open.last == .ideograph { close(&open, origin, &sink, &out) }
        if open.last == .separator { open.start = offset }
        put(folded, &open)
        open.last = folded.scalarClass
        open.end = next
      }
      offset = next
    }
    close(&open, origin, &sink, &out)
    return offset
  }

  /// Whether a capital starts a word, given the class before it and the text behind it; see `Tokenizer`.
  private func startsWord(
    _ text: UnsafeRawBufferPointer, after offset: Int, _ before: ScalarFolding.Class
  ) -> Bool {
    if before == .lower { return true }
    guard before == .upper || before == .digit else { return false }
    let first = classAndEnd(text, offset)
    guard first.scalarClass == .lower else { return false }
    let second = classAndEnd(text, first.end).scalarClass
    return second == .lower || (second == .upper && text[first.start] != UInt8(ascii: "s"))
  }

  /// The class of the first scalar from `start` on that is something, and where that stands.
  private func classAndEnd(
    _ text: UnsafeRawBufferPointer, _ start: Int
  ) -> (scalarClass: ScalarFolding.Class, start: Int, end: Int) {
    var offset = start
    while offset < text.count, Self.isRunByte(text[offset]) {
      let (scalar, length) = Self.decode(text, at: offset)
      let scalarClass = folding.fold(scalar).scalarClass
      if scalarClass != .nothing { return (scalarClass, offset, offset + length) }
      offset += length
    }
    return (.separator, offset, offset)
  }

  /// Adds what a scalar is folded to, as long as the whole of it fits.
  private func put(_ folded: ScalarFolding.Folded, _ open: inout Open) {
    guard !open.isFull else { return }
    if folded.isMany {
      let bytes = folding.expansions[Int(folded.value)]
      guard open.count + bytes.count <= Self.maximumTokenBytes else { return open.isFull = true }
      for byte in bytes { put(byte: UInt32(byte), &open) }
      return
    }
    let scalar = folded.value
    let length = scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x1_0000 ? 3 : 4
    guard open.count + length <= Self.maximumTokenBytes else { return open.isFull = true }
    switch length {
    case 1: put(byte: scalar, &open)
    case 2:
      put(byte: 0xC0 | scalar >> 6, &open)
      put(byte: 0x80 | scalar & 0x3F, &open)
    case 3:
      put(byte: 0xE0 | scalar >> 12, &open)
      put(byte: 0x80 | scalar >> 6 & 0x3F, &open)
      put(byte: 0x80 | scalar & 0x3F, &open)
    default:
      put(byte: 0xF0 | scalar >> 18, &open)
      put(byte: 0x80 | scalar >> 12 & 0x3F, &open)
      put(byte: 0x80 | scalar >> 6 & 0x3F, &open)
      put(byte: 0x80 | scalar & 0x3F, &open)
    }
  }

  @inline(__always)
  private func put(byte: UInt32, _ open: inout Open) {
    word.storeBytes(of: UInt8(truncatingIfNeeded: byte), toByteOffset: open.count, as: UInt8.self)
    open.count += 1
    if byte < UInt32(UInt8(ascii: "a")) || byte >= 0x80 { open.isStemmable = false }
  }

  private func addIdeograph(
    _ folded: ScalarFolding.Folded, _ start: Int, _ end: Int, _ open: inout Open, _ origin: Int,
    _ sink: inout some TokenSink, _ out: inout UnsafeMutableRawPointer
  ) {
    let first = open.count
    put(folded, &open)
    if open.last == .ideograph {
      out = sink.room(at: out)
      out.copyMemory(from: word, byteCount: open.count)
      out = sink.take(out, open.count, origin + open.start, origin + end)
      // The second of this pair is the first of the next.
      word.copyMemory(from: word + first, byteCount: open.count - first)
      open.count -= first
      open.hasPair = true
      open.isFull = false
    }
    open.start = start
    open.end = end
    open.last = .ideograph
  }

  /// Hands over what is open, if anything is.
  private func close(
    _ open: inout Open, _ origin: Int, _ sink: inout some TokenSink, _ out: inout UnsafeMutableRawPointer
  ) {
    if open.count > 0, !open.hasPair {
      out = sink.room(at: out)
      let written: Int
      if !open.isStemmable {
        out.copyMemory(from: word, byteCount: open.count)
        written = open.count
      } else if open.count <= StemCache.maximumKeyBytes {
        written = stems.writeStem(of: TokenKey(word, open.count), open.count, to: out)
      } else {
        written = stems.writeLong(word, open.count, stemmed: true, to: out)
      }
      out = sink.take(out, written, origin + open.start, origin + open.end)
    }
    open = Open()
  }

  @inline(__always)
  private static func isRunByte(_ byte: UInt8) -> Bool {
    let folded = byte | 0x20
    return byte >= 0x80 || (folded &- UInt8(ascii: "a")) < 26 || (byte &- UInt8(ascii: "0")) < 10
  }

  /// The scalar at `offset` and its length in bytes. A byte that begins no valid sequence is U+FFFD, a separator.
  @inline(__always)
  private static func decode(_ text: UnsafeRawBufferPointer, at offset: Int) -> (UInt32, Int) {
    let first = UInt32(text[offset])
    if first < 0x80 { return (first, 1) }
    let invalid: (UInt32, Int) = (0xFFFD, 1)
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard first >= 0xC2, first <= 0xF4, offset + length <= text.count else { return invalid }
    var scalar = first & (0x7F >> UInt32(length))
    for index in 1..<length {
      let byte = UInt32(text[offset + index])
      guard byte & 0xC0 == 0x80 else { return invalid }
      scalar = scalar << 6 | byte & 0x3F
    }
    let shortest: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x1_0000
    guard scalar >= shortest, scalar <= 0x10_FFFF, scalar & ~0x7FF != 0xD800 else { return invalid }
    return (scalar, length)
  }
}
