import Glibc

/// Memory for one file's bytes, used again for the next; one per thread.
///
/// Grows to the file's size and gives the memory back to the system when the next file needs less: mapped
/// directly, because `free` may keep it.
package final class ReadBuffer {
  /// Bytes kept between files.
  static let keptCapacity = 1 << 20

  private var base: UnsafeMutableRawPointer?
  private var capacity = 0
  private(set) var count = 0

  package init() {}

  deinit { release() }

  /// The file that was read last. Valid until the next read.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// Empties the buffer and makes room for `size` bytes. Returns false when there is no memory.
  func prepare(for size: Int) -> Bool {
    count = 0
    if capacity > Self.keptCapacity && size <= Self.keptCapacity { release() }
    return reserve(size)
  }

  /// Makes room for `size` bytes in all, keeping what was read. Returns false when there is no memory.
  func reserve(_ size: Int) -> Bool {
    guard size > capacity else { return true }
    let step = Self.keptCapacity
    let wanted = (size + step - 1) / step * step
    let mapped = mmap(nil, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapped, mapped != MAP_FAILED else { return false }
    if let base { mapped.copyMemory(from: base, byteCount: count) }
    let kept = count
    release()
    (base, capacity, count) = (mapped, wanted, kept)
    return true
  }

  /// Where the next bytes go, at most `limit` of them.
  func free(atMost limit: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: base.map { $0 + count }, count: min(limit, capacity - count))
  }

  /// Takes `added` bytes that were written to `free` into the count.
  func add(_ added: Int) { count += added }

  private func release() {
    if let base { munmap(base, capacity) }
    (base, capacity, count) = (nil, 0, 0)
  }
}
