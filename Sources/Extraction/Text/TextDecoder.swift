package import IndexModel

/// Turns a file's bytes into UTF-8. Reused from file to file, by one thread.
package final class TextDecoder {
  private var storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  /// A buffer above this many bytes is given back when the next file needs less.
  private static let keptCapacity = 4 << 20

  package init() {}

  deinit { storage.deallocate() }

  /// The text of `bytes`, without a byte order mark.
  ///
  /// UTF-8 is not copied: the result is a part of `bytes`. Anything else is written to this decoder's buffer and is
  /// valid until the next call. Half a surrogate pair, and half a code unit at the end, become U+FFFD.
  package func decode(_ bytes: UnsafeRawBufferPointer, as encoding: TextEncoding) -> UnsafeRawBufferPointer {
    switch encoding {
    case .utf8: withoutMark(bytes)
    case .latin1: decodeLatin1(bytes)
    case .utf16LittleEndian: decodeUTF16(bytes) { UInt16(littleEndian: $0) }
    case .utf16BigEndian: decodeUTF16(bytes) { UInt16(bigEndian: $0) }
    }
  }

  private func withoutMark(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let hasMark = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
    return UnsafeRawBufferPointer(rebasing: bytes.dropFirst(hasMark ? 3 : 0))
  }

  private func decodeLatin1(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let output = reserve(2 * bytes.count)
    var count = 0
    for byte in bytes {
      if byte < 0x80 {
        output[count] = byte
        count += 1
      } else {
        output[count] = 0xC0 | byte >> 6
        output[count + 1] = 0x80 | byte & 0x3F
        count += 2
      }
    }
    return UnsafeRawBufferPointer(rebasing: output[..<count])
  }

  private func decodeUTF16(
    _ bytes: UnsafeRawBufferPointer, _ native: (UInt16) -> UInt16
  ) -> UnsafeRawBufferPointer {
    // A code unit gives three bytes at most, a pair of them four, a half at the end three.
    let output = reserve((bytes.count + 1) / 2 * 3)
    var count = 0
    func put(_ scalar: UInt32) {
      switch scalar {
      case 0..<0x80:
        output[count] = UInt8(scalar)
        count += 1
      case 0x80..<0x800:
        output[count] = 0xC0 | UInt8(scalar >> 6)
        output[count + 1] = 0x80 | UInt8(scalar & 0x3F)
        count += 2
      case 0x800..<0x1_0000:
        output[count] = 0xE0 | UInt8(scalar >> 12)
        output[count + 1] = 0x80 | UInt8(scalar >> 6 & 0x3F)
        output[count + 2] = 0x80 | UInt8(scalar & 0x3F)
        count += 3
      default:
        output[count] = 0xF0 | UInt8(scalar >> 18)
        output[count + 1] = 0x80 | UInt8(scalar >> 12 & 0x3F)
        output[count + 2] = 0x80 | UInt8(scalar >> 6 & 0x3F)
        output[count + 3] = 0x80 | UInt8(scalar & 0x3F)
        count += 4
      }
    }
    func unit(at offset: Int) -> UInt32 {
      UInt32(native(bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
    }
    let whole = bytes.count & ~1
    var offset = whole >= 2 && unit(at: 0) == 0xFEFF ? 2 : 0
    while offset < whole {
      let first = unit(at: offset)
      offset += 2
      guard first & 0xF800 == 0xD800 else {
        put(first)
        continue
      }
      if first < 0xDC00, offset < whole, case let second = unit(at: offset), second & 0xFC00 == 0xDC00 {
        put(0x1_0000 + (first & 0x3FF) << 10 + second & 0x3FF)
        offset += 2
      } else {
        put(0xFFFD)
      }
    }
    if whole < bytes.count { put(0xFFFD) }
    return UnsafeRawBufferPointer(rebasing: output[..<count])
  }

  private func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer {
    let wasteful = storage.count > Self.keptCapacity && count <= Self.keptCapacity
    if storage.count < count || wasteful {
      storage.deallocate()
      storage = .allocate(byteCount: max(count, 64 << 10), alignment: 16)
    }
    return storage
  }
}
