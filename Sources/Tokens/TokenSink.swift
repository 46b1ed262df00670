/// Where tokens go. The tokeniser writes at a pointer that it keeps in a register, and moves it as the sink says.
protocol TokenSink {
  /// Where the first token is written.
  var start: UnsafeMutableRawPointer { get }

  /// Where the next tokens can be written, `Tokenizer.outputSlack` bytes at least; `out` is where they would go now.
  mutating func room(at out: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer

  /// Takes the `count` bytes at `out`, made from the source's bytes from `lower` to `upper`.
  ///
  /// - Returns: where the next token goes.
  mutating func take(
    _ out: UnsafeMutableRawPointer, _ count: Int, _ lower: Int, _ upper: Int
  ) -> UnsafeMutableRawPointer

  /// Called at the end of a scan with where the next token would go.
  mutating func suspend(at out: UnsafeMutableRawPointer)
}

/// Writes tokens into a buffer, each followed by a blank.
struct JoiningSink: TokenSink {
  private unowned(unsafe) let buffer: TokenBuffer
  private(set) var start: UnsafeMutableRawPointer
  private var limit: UnsafeMutableRawPointer
  private var count = 0

  init(_ buffer: TokenBuffer) {
    self.buffer = buffer
    start = buffer.baseAddress + buffer.count
    limit = buffer.baseAddress + buffer.capacity - Tokenizer.outputSlack
  }

  @inline(__always)
  mutating func room(at out: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
    out <= limit ? out : grow(at: out)
  }

  @inline(never)
  private mutating func grow(at out: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
    buffer.count = out - buffer.baseAddress
    buffer.reserve(Tokenizer.outputSlack)
    limit = buffer.baseAddress + buffer.capacity - Tokenizer.outputSlack
    return buffer.baseAddress + buffer.count
  }

  @inline(__always)
  mutating func take(
    _ out: UnsafeMutableRawPointer, _ count: Int, _ lower: Int, _ upper: Int
  ) -> UnsafeMutableRawPointer {
    out.storeBytes(of: UInt8(ascii: " "), toByteOffset: count, as: UInt8.self)
    self.count &+= 1
    return out + (count &+ 1)
  }

  mutating func suspend(at out: UnsafeMutableRawPointer) {
    start = out
    buffer.count = out - buffer.baseAddress
  }

  func finish() -> Int { count }
}

/// Shows each token to a closure.
struct ShowingSink: TokenSink {
  let memory: UnsafeMutableRawPointer
  let body: (UnsafeRawBufferPointer, Range<Int>) -> Void

  var start: UnsafeMutableRawPointer { memory }

  func room(at out: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer { out }

  func take(
    _ out: UnsafeMutableRawPointer, _ count: Int, _ lower: Int, _ upper: Int
  ) -> UnsafeMutableRawPointer {
    body(UnsafeRawBufferPointer(start: out, count: count), lower..<upper)
    return out
  }

  func suspend(at out: UnsafeMutableRawPointer) {}
}
