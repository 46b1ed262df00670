/// A file's path below its source's directory, as the bytes the file system has: it need not be UTF-8 and may
/// hold a newline. Components are separated by `/`; there is no leading or trailing one.
///
/// Ordered by bytes, which is the order of the walk and of SQLite's BINARY collation.
package struct RelativePath: Hashable, Sendable, Comparable, CustomStringConvertible {
  package var bytes: [UInt8]

  package init(bytes: [UInt8]) { self.bytes = bytes }

  package init(_ string: String) { bytes = Array(string.utf8) }

  /// For people: bytes that are not UTF-8 are shown as U+FFFD.
  package var description: String { String(decoding: bytes, as: UTF8.self) }

  /// The last component.
  package var name: ArraySlice<UInt8> {
    let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? bytes.startIndex
    return bytes[start...]
  }

  package func appending(_ component: some Sequence<UInt8>) -> RelativePath {
    guard !bytes.isEmpty else { return RelativePath(bytes: Array(component)) }
    return RelativePath(bytes: bytes + [UInt8(ascii: "/")] + component)
  }

  package static func < (left: RelativePath, right: RelativePath) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension RelativePath {
  /// Whether it comes before these bytes in byte order.
  package func precedes(_ other: UnsafeRawBufferPointer) -> Bool {
    bytes.withUnsafeBytes { mine in
      let common = min(mine.count, other.count)
      for index in 0..<common where mine[index] != other[index] { return mine[index] < other[index] }
      return mine.count < other.count
    }
  }
}
