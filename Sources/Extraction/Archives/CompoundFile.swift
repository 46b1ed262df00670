/// The container of Office's formats from before 2007, and of encrypted ones since ([MS-CFB]): sectors in chains, and a
/// directory of the streams that they make up, which tells what kind of document it is.
package struct CompoundFile {
  private static let signature: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
  private static let headerSize = 512
  /// Sector numbers from here on are marks: the end of a chain, a sector of the table itself, a free one.
  private static let firstMark: UInt32 = 0xFFFF_FFFA
  private static let free: UInt32 = 0xFFFF_FFFF
  private static let entrySize = 128
  /// Entries that are looked at: Office writes the streams that tell its kind among the first.
  private static let maximumEntries = 10_000
  /// Smaller streams lie in pieces of another one (2.6.3).
  private static let smallestOfOwn = 4_096

  private let bytes: UnsafeRawBufferPointer
  private let sectorSize: Int
  private let entries: [Entry]

  /// A stream or storage of the directory.
  private struct Entry {
    var name: String
    var isStream: Bool
    var start: UInt32
    /// Bytes.
    var size: Int
  }

  /// What a compound file is, by the streams that its format cannot do without.
  package enum Kind: String, Sendable {
    case xls, doc, ppt
    /// An Office Open XML document with a password.
    case encrypted
  }

  /// Of all streams and storages, at any depth, in the file's order.
  package var names: [String] { entries.map(\.name) }

  /// Nil for other files, such as messages of Outlook.
  package var kind: Kind? {
    let all = Set(names)
    if all.contains("EncryptedPackage") { return .encrypted }
    if all.contains("WordDocument") { return .doc }
    if all.contains("PowerPoint Document") { return .ppt }
    return all.contains("Workbook") || all.contains("Book") ? .xls : nil
  }

  /// Whether a file begins as compound files do.
  package static func begins(_ head: UnsafeRawBufferPointer) -> Bool { head.starts(with: signature) }

  /// Reads the directory.
  ///
  /// - Parameter bytes: of the whole file; used for as long as this is.
  /// - Throws: ``ExtractionFailure/notADocument`` without the signature; ``ExtractionFailure/damaged(_:)``.
  package init(_ bytes: UnsafeRawBufferPointer) throws {
    guard Self.begins(bytes) else { throw ExtractionFailure.notADocument }
    guard bytes.count >= Self.headerSize else { throw Self.breaksOff }
    // 9 in version 3, 12 in version 4 (2.2).
    let shift = bytes.number(at: 30, as: UInt16.self)
    guard shift == 9 || shift == 12 else { throw ExtractionFailure.damaged("no header of a compound file") }
    let sectors = Sectors(bytes: bytes, size: 1 << Int(shift))
    var entries: [Entry] = []
    var sector = bytes.number(at: 48, as: UInt32.self)
    var steps = 0
    // The number of steps ends a chain that goes in circles.
    while sector < Self.firstMark, steps * sectors.size / Self.entrySize < Self.maximumEntries {
      let start = try sectors.offset(of: sector)
      for entry in stride(from: start, to: start + sectors.size, by: Self.entrySize) {
        if let entry = Self.entry(at: entry, in: bytes) { entries.append(entry) }
      }
      steps += 1
      sector = try sectors.next(after: sector)
    }
    self.bytes = bytes
    self.entries = entries
    sectorSize = sectors.size
  }

  /// Looks at more than a reader of the directory needs: programs that read the streams may run for ever, or leave text
  /// out and say nothing of it, when a chain is broken.
  ///
  /// - Throws: ``ExtractionFailure/damaged(_:)`` when a sector that is in use lies beyond the end of the file, and when
  ///   the chain of a stream is shorter than the stream, or goes in circles.
  func check() throws {
    let sectors = Sectors(bytes: bytes, size: sectorSize)
    try sectors.checkTable()
    var seen = [Bool](repeating: false, count: sectors.count)
    for entry in entries where entry.isStream && entry.size >= Self.smallestOfOwn {
      var left = entry.size
      var sector = entry.start
      while sector < Self.firstMark {
        guard sector < sectors.count else { throw Self.breaksOff }
        // Neither twice in one chain, nor in two of them.
        guard !seen[Int(sector)] else { throw ExtractionFailure.damaged("the chain of \(entry.name) goes in circles") }
        seen[Int(sector)] = true
        left -= sectorSize
        sector = try sectors.next(after: sector)
      }
      guard left <= 0 else { throw Self.breaksOff }
    }
  }

  /// The directory's entry at `offset` (2.6.1); nil when it is not in use.
  private static func entry(at offset: Int, in bytes: UnsafeRawBufferPointer) -> Entry? {
    let length = Int(bytes.number(at: offset + 64, as: UInt16.self))
    let type = bytes[offset + 66]
    guard type != 0, (2...64).contains(length) else { return nil }
    let name = stride(from: offset, to: offset + length - 2, by: 2).map { bytes.number(at: $0, as: UInt16.self) }
    return Entry(
      name: String(decoding: name, as: UTF16.self), isStream: type == 2,
      start: bytes.number(at: offset + 116, as: UInt32.self),
      // The upper half may hold anything in version 3.
      size: Int(bytes.number(at: offset + 120, as: UInt32.self)))
  }

  private static let breaksOff = ExtractionFailure.damaged("breaks off")

  private struct Sectors {
    let bytes: UnsafeRawBufferPointer
    let size: Int

    /// The header takes the place of a sector; the last one may be cut short by some writers.
    var count: Int { max(0, (bytes.count + size - 1) / size - 1) }

    /// Of a sector that is whole.
    func offset(of sector: UInt32) throws -> Int {
      let start = (Int(sector) + 1) * size
      guard start + size <= bytes.count else { throw CompoundFile.breaksOff }
      return start
    }

    /// The next sector of a chain, by the table of sectors (2.3).
    func next(after sector: UInt32) throws -> UInt32 {
      let perSector = size / 4
      let table = try tableSector(Int(sector) / perSector)
      return bytes.number(at: try offset(of: table) + Int(sector) % perSector * 4, as: UInt32.self)
    }

    /// The sector that holds part `index` of the table: the first 109 are named in the header, others in a chain of
    /// sectors of their own (2.5).
    private func tableSector(_ index: Int) throws -> UInt32 {
      let inHeader = 109
      if index < inHeader { return bytes.number(at: 76 + 4 * index, as: UInt32.self) }
      let perSector = size / 4 - 1
      var sector = bytes.number(at: 68, as: UInt32.self)
      // No more steps than the index asks for, so this ends.
      for _ in 0..<(index - inHeader) / perSector {
        sector = bytes.number(at: try offset(of: sector) + perSector * 4, as: UInt32.self)
      }
      return bytes.number(at: try offset(of: sector) + (index - inHeader) % perSector * 4, as: UInt32.self)
    }

    /// - Throws: ``ExtractionFailure/damaged(_:)`` when what the header names of the table, or a sector that it says is
    ///   in use, lies beyond the end of the file.
    func checkTable() throws {
      let perSector = size / 4
      for (index, offset) in stride(from: 76, to: CompoundFile.headerSize, by: 4).enumerated() {
        let table = bytes.number(at: offset, as: UInt32.self)
        guard table < CompoundFile.firstMark else { continue }
        let start = try self.offset(of: table)
        // Only what follows the last sector that there is.
        for entry in max(0, min(perSector, count - index * perSector))..<perSector
        where bytes.number(at: start + 4 * entry, as: UInt32.self) != CompoundFile.free {
          throw CompoundFile.breaksOff
        }
      }
    }
  }
}

extension UnsafeRawBufferPointer {
  /// A little-endian number; `offset` and what follows must lie within.
  fileprivate func number<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
    Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}
