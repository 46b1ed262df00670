import Glibc

/// A path under construction: what leads from the repository's top to the source, the directory, a name, a NUL.
/// One per thread, so that no entry needs an allocation to be judged.
struct PathBuffer: ~Copyable {
  /// The bytes in front of the source's own paths; see `Repository.Surroundings.prefix`.
  let prefixLength: Int
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// Where a name begins.
  private var nameStart: Int
  private var count: Int

  init(prefix: [UInt8]) {
    prefixLength = prefix.count
    capacity = prefix.count + 8_192
    base = .allocate(capacity: capacity)
    base.update(from: prefix, count: prefix.count)
    nameStart = prefix.count
    count = prefix.count
  }

  deinit { base.deallocate() }

  /// - Parameter directory: relative to the source; empty for the source itself.
  mutating func enter(_ directory: [UInt8]) {
    reserve(prefixLength + directory.count + 1)
    (base + prefixLength).update(from: directory, count: directory.count)
    nameStart = prefixLength + directory.count
    if !directory.isEmpty {
      base[nameStart] = UInt8(ascii: "/")
      nameStart += 1
    }
    count = nameStart
  }

  mutating func setName(_ name: UnsafePointer<UInt8>, count nameCount: Int) {
    reserve(nameStart + nameCount + 1)
    (base + nameStart).update(from: name, count: nameCount)
    count = nameStart + nameCount
    base[count] = 0
  }

  /// Valid until the next change.
  func candidate(isDirectory: Bool) -> Candidate {
    Candidate(path: UnsafePointer(base), count: count, nameStart: nameStart, isDirectory: isDirectory)
  }

  /// The bytes that lead into the directory, as `PatternList.baseLength` counts them.
  var baseLength: Int { nameStart }

  /// The whole path, relative to the source.
  var relativePath: [UInt8] {
    Array(UnsafeBufferPointer(start: base + prefixLength, count: count - prefixLength))
  }

  private mutating func reserve(_ size: Int) {
    guard size > capacity else { return }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: size * 2)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
    capacity = size * 2
  }
}
