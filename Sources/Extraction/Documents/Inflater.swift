internal import CZlib
internal import Glibc

/// Unpacks gzip data to one stretch of memory. A file may have several members, which follow each other; what comes
/// after the last of them is left alone, as `gzip` does.
struct Inflater {
  /// Text of logs is compressed to a thirtieth; above this a file is a bomb, if it is large at all.
  private static let maximumRatio = 250
  private static let smallBytes = 16 << 20
  /// Bytes that are unpacked in one step.
  private static let step = 256 << 10

  private let input: UnsafeRawBufferPointer
  private let maximumBytes: Int
  private let output: UnsafeMutableRawPointer
  private let capacity: Int
  /// On the heap, since zlib keeps its address.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var consumed = 0
  private var count = 0
  private var isAtEnd = false

  /// What is unpacked so far; valid until `close`.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: output, count: count) }

  /// To be closed.
  ///
  /// - Throws: ``ExtractionFailure/memoryLimit``.
  init(_ input: UnsafeRawBufferPointer, maximumBytes: Int) throws {
    self.input = input
    self.maximumBytes = maximumBytes
    capacity = maximumBytes + Self.step
    // Address space only: a page takes memory when it is written to.
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let output = mmap(nil, capacity, PROT_READ | PROT_WRITE, flags, -1, 0), output != MAP_FAILED else {
      throw ExtractionFailure.memoryLimit
    }
    self.output = output
    stream.initialize(to: z_stream())
    // 16: with a header of gzip, and nothing else.
    guard inflateInit2_(stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      munmap(output, capacity)
      stream.deallocate()
      throw ExtractionFailure.memoryLimit
    }
  }

  func close() {
    inflateEnd(stream)
    stream.deallocate()
    munmap(output, capacity)
  }

  /// Goes on until so many bytes are unpacked, or there are no more.
  ///
  /// - Throws: ``ExtractionFailure/damaged(_:)``; ``ExtractionFailure/tooMuchText`` above the limit, or when a few bytes
  ///   become very many.
  mutating func inflate(atLeast wanted: Int) throws {
    while !isAtEnd, count < wanted {
      let available = min(input.count - consumed, Self.step)
      // zlib only reads from where `next_in` points to.
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress?.advanced(by: consumed).assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(available)
      stream.pointee.next_out = output.advanced(by: count).assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(Self.step)
      let result = CZlib.inflate(stream, Z_NO_FLUSH)
      consumed += available - Int(stream.pointee.avail_in)
      count += Self.step - Int(stream.pointee.avail_out)
      guard count <= maximumBytes, count <= Self.smallBytes || count / Self.maximumRatio <= consumed else {
        throw ExtractionFailure.tooMuchText
      }
      switch result {
      case Z_OK: break
      case Z_STREAM_END: isAtEnd = !startMember()
      case Z_MEM_ERROR: throw ExtractionFailure.memoryLimit
      case Z_BUF_ERROR: throw ExtractionFailure.damaged("breaks off")
      default: throw ExtractionFailure.damaged(stream.pointee.msg.map { String(cString: $0) } ?? "no gzip")
      }
    }
  }

  /// - Returns: whether another member follows.
  private mutating func startMember() -> Bool {
    guard input.count - consumed > 2, input[consumed] == 0x1F, input[consumed + 1] == 0x8B else { return false }
    return inflateReset(stream) == Z_OK
  }
}
