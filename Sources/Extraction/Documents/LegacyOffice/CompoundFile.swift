/// The container of Office's formats from before 2007, looked at only as far as to tell one that is whole.
/// Source: [MS-CFB], Compound File Binary File Format.
enum CompoundFile {
  private static let signature: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
  private static let headerSize = 512
  /// Sector numbers from here on are marks: the end of a chain, a sector of the table itself, a free one.
  private static let firstMark: UInt32 = 0xFFFF_FFFA
  private static let free: UInt32 = 0xFFFF_FFFF

  /// - Throws: ``ExtractionFailure/notADocument`` without its signature, ``ExtractionFailure/damaged(_:)`` when a sector
  ///   that is in use lies beyond the end of the file.
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    guard bytes.starts(with: signature) else { throw ExtractionFailure.notADocument }
    let shift = bytes.count >= headerSize ? bytes.number(at: 30, as: UInt16.self) : 0
    // 9 in version 3, 12 in version 4 ([MS-CFB] 2.2).
    guard shift == 9 || shift == 12 else { throw ExtractionFailure.damaged("no header of a compound file") }
    let sectorSize = 1 << Int(shift)
    // The header takes the place of a sector; the last sector may be cut short by some writers.
    let sectors = max(0, (bytes.count + sectorSize - 1) / sectorSize - 1)
    let entries = sectorSize / 4
    let tables = 76..<headerSize
    for (index, offset) in stride(from: tables.lowerBound, to: tables.upperBound, by: 4).enumerated() {
      let table = bytes.number(at: offset, as: UInt32.self)
      guard table < firstMark else { continue }
      let start = (Int(table) + 1) * sectorSize
      guard start + sectorSize <= bytes.count else { throw breaksOff }
      // Only what follows the last sector that there is.
      for entry in max(0, min(entries, sectors - index * entries))..<entries
      where bytes.number(at: start + 4 * entry, as: UInt32.self) != free {
        throw breaksOff
      }
    }
    guard bytes.number(at: 48, as: UInt32.self) < sectors else { throw breaksOff }
  }

  private static let breaksOff = ExtractionFailure.damaged("breaks off")
}

extension UnsafeRawBufferPointer {
  /// A little-endian number; `offset` and what follows must lie within.
  fileprivate func number<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
    Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}
