/// XXH3 128-bit of a file's bytes: finds changes, is no defence against an attacker.
package struct ContentHash: Hashable, Sendable, CustomStringConvertible {
  /// Sixteen bytes, in xxHash's canonical (big-endian) order.
  package let bytes: [UInt8]

  /// - Precondition: `bytes` has sixteen elements.
  package init(bytes: [UInt8]) {
    precondition(bytes.count == 16, "a content hash has 16 bytes")
    self.bytes = bytes
  }

  package var description: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
