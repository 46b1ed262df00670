internal import Glibc
package import IndexModel

/// A file's bytes as an extractor has them, in the separate process: sealed, so nobody changes them meanwhile.
package struct Document {
  /// The whole content, readable and seekable. Owned by the caller.
  package let descriptor: Int32
  /// Bytes.
  package let size: Int
  /// The last component of the file's path.
  package let name: String
  package let columns: ColumnPreferences

  package init(descriptor: Int32, size: Int, name: String, columns: ColumnPreferences = ColumnPreferences()) {
    self.descriptor = descriptor
    self.size = size
    self.name = name
    self.columns = columns
  }

  /// Calls `body` with all bytes, mapped.
  ///
  /// - Throws: what `body` throws; ``ExtractionFailure/memoryLimit`` when they cannot be mapped.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    guard size > 0 else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
      throw ExtractionFailure.memoryLimit
    }
    defer { munmap(base, size) }
    return try body(UnsafeRawBufferPointer(start: base, count: size))
  }

  /// The name by which a library that only opens paths opens this document.
  package var path: String { "/proc/self/fd/\(descriptor)" }
}
