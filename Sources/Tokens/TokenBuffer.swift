/// Memory that grows, for tokens joined by blanks; SQLite can bind it without a copy.
package final class TokenBuffer {
  /// Stays where it is until the next `append` to this buffer, `removeAll` or the buffer's end.
  package private(set) var baseAddress: UnsafeMutableRawPointer
  /// Bytes in use.
  package internal(set) var count = 0
  /// Bytes that there is memory for.
  private(set) var capacity: Int

  /// - Parameter capacity: bytes to begin with.
  package init(capacity: Int = 64 << 10) {
    self.capacity = max(capacity, 1)
    baseAddress = .allocate(byteCount: self.capacity, alignment: 16)
  }

  deinit { baseAddress.deallocate() }

  /// What is in use; valid as long as `baseAddress`.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: baseAddress, count: count) }

  /// - Parameter keepingCapacity: give the memory back if false.
  package func removeAll(keepingCapacity: Bool = true) {
    count = 0
    guard !keepingCapacity else { return }
    baseAddress.deallocate()
    capacity = 1
    baseAddress = .allocate(byteCount: capacity, alignment: 16)
  }

  /// Makes room for `extra` more bytes.
  func reserve(_ extra: Int) {
    guard capacity - count < extra else { return }
    let grown = max(2 * capacity, count + extra)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: grown, alignment: 16)
    memory.copyMemory(from: baseAddress, byteCount: count)
    baseAddress.deallocate()
    baseAddress = memory
    capacity = grown
  }
}
