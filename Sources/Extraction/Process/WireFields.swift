/// Puts fields one behind the other.
struct WireWriter {
  var bytes: [UInt8] = []

  init(reserving count: Int = 0) { bytes.reserveCapacity(count) }

  /// - Parameter number: not negative, below 2^32.
  mutating func write(_ number: Int) {
    withUnsafeBytes(of: UInt32(number).littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ text: String) {
    write(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  mutating func write(_ text: String?) {
    bytes.append(text == nil ? 0 : 1)
    if let text { write(text) }
  }

  mutating func write(_ texts: [String]) {
    write(texts.count)
    for text in texts { write(text) }
  }
}

/// Takes them apart again. Trusts nothing: the sender may have been taken over by a hostile document.
struct WireReader {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  mutating func readNumber() -> Int? {
    guard bytes.count - offset >= 4 else { return nil }
    defer { offset += 4 }
    return Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }

  /// UTF-8; what is none becomes U+FFFD.
  mutating func readText() -> String? {
    guard let count = readNumber(), count <= bytes.count - offset else { return nil }
    defer { offset += count }
    return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]), as: UTF8.self)
  }

  mutating func readOptionalText() -> String?? {
    guard offset < bytes.count else { return nil }
    offset += 1
    return bytes[offset - 1] == 0 ? .some(nil) : readText().map { .some($0) }
  }

  mutating func readList() -> [String]? {
    guard let count = readNumber(), count <= bytes.count - offset else { return nil }
    var texts: [String] = []
    for _ in 0..<count {
      guard let text = readText() else { return nil }
      texts.append(text)
    }
    return texts
  }
}
