/// The names of the streams in an OLE2 compound file, which tell what kind of document it is ([MS-CFB]).
package struct OLEDirectory {
  private static let signature: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
  private static let headerSize = 512
  /// Sector numbers from here on are marks.
  private static let firstMark: UInt32 = 0xFFFF_FFFA
  private static let entrySize = 128
  /// Entries that are looked at: Office writes the streams that tell its kind among the first.
  private static let maximumEntries = 10_000

  /// Of all streams and storages, at any depth, in the file's order.
  package let names: [String]

  /// What a compound file is, by the streams that its format cannot do without.
  package enum Kind: String, Sendable {
    case xls, doc, ppt
    /// An Office Open XML document with a password.
    case encrypted
  }

  /// Nil for other files, such as messages of Outlook.
  package var kind: Kind? {
    let all = Set(names)
    if all.contains("EncryptedPackage") { return .encrypted }
    if all.contains("WordDocument") { return .doc }
    if all.contains("PowerPoint Document") { return .ppt }
    return all.contains("Workbook") || all.contains("Book") ? .xls : nil
  }

  /// Whether a file begins as compound files do.
  package static func isCompoundFile(_ head: UnsafeRawBufferPointer) -> Bool { head.starts(with: signature) }

  /// - Throws: ``ExtractionFailure/notADocument`` without the signature; ``ExtractionFailure/damaged(_:)``.
  package init(_ bytes: UnsafeRawBufferPointer) throws {
    guard Self.isCompoundFile(bytes) else { throw ExtractionFailure.notADocument }
    guard bytes.count >= Self.headerSize else { throw Self.breaksOff }
    let file = File(bytes)
    // 9 in version 3, 12 in version 4 (2.2).
    guard file.shift == 9 || file.shift == 12 else { throw ExtractionFailure.damaged("no header of a compound file") }
    var names: [String] = []
    var sector = file.number(at: 48)
    var steps = 0
    while sector < Self.firstMark, steps * file.sectorSize / Self.entrySize < Self.maximumEntries {
      let start = try file.offset(of: sector)
      for entry in stride(from: start, to: start + file.sectorSize, by: Self.entrySize) {
        if let name = file.name(at: entry) { names.append(name) }
      }
      // The number of steps ends a chain that goes in circles.
      steps += 1
      sector = try file.next(after: sector)
    }
    self.names = names
  }

  private static let breaksOff = ExtractionFailure.damaged("breaks off")

  private struct File {
    let bytes: UnsafeRawBufferPointer
    let shift: Int

    init(_ bytes: UnsafeRawBufferPointer) {
      self.bytes = bytes
      shift = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 30, as: UInt16.self)))
    }

    var sectorSize: Int { 1 << shift }

    /// `offset` and what follows must lie within.
    func number(at offset: Int) -> UInt32 {
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    func offset(of sector: UInt32) throws -> Int {
      let start = (Int(sector) + 1) * sectorSize
      guard start + sectorSize <= bytes.count else { throw OLEDirectory.breaksOff }
      return start
    }

    /// The next sector of a chain, by the table of sectors (2.3).
    func next(after sector: UInt32) throws -> UInt32 {
      let perSector = sectorSize / 4
      let table = try tableSector(Int(sector) / perSector)
      return number(at: try offset(of: table) + Int(sector) % perSector * 4)
    }

    /// The sector that holds part `index` of the table: the first 109 are named in the header, others in a chain of
    /// sectors of their own (2.5).
    private func tableSector(_ index: Int) throws -> UInt32 {
      let inHeader = 109
      if index < inHeader { return number(at: 76 + 4 * index) }
      let perSector = sectorSize / 4 - 1
      var sector = number(at: 68)
      // No more steps than the index asks for, so this ends.
      for _ in 0..<(index - inHeader) / perSector { sector = number(at: try offset(of: sector) + perSector * 4) }
      return number(at: try offset(of: sector) + (index - inHeader) % perSector * 4)
    }

    /// The name of the directory entry at `offset` (2.6.1); nil when the entry is not in use.
    func name(at offset: Int) -> String? {
      let length = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 64, as: UInt16.self)))
      guard bytes[offset + 66] != 0, (2...64).contains(length) else { return nil }
      let units = stride(from: offset, to: offset + length - 2, by: 2).map { at in
        UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt16.self))
      }
      return String(decoding: units, as: UTF16.self)
    }
  }
}
