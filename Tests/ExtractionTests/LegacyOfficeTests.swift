internal import TestSupport
import Testing

@testable import Extraction

@Suite("LegacyOffice")
struct LegacyOfficeTests {
  /// A compound file with one stream, of 4 KiB or more, so that it stands in sectors of its own.
  private static func compound(_ stream: [UInt8], name: String) -> [UInt8] {
    let data = stream + [UInt8](repeating: 0, count: max(4096 - stream.count, -stream.count & 511))
    let sectors = data.count / 512
    var table: [UInt32] = [0xFFFF_FFFD, 0xFFFF_FFFE] + (3..<(2 + UInt32(sectors))) + [0xFFFF_FFFE]
    table += [UInt32](repeating: 0xFFFF_FFFF, count: 128 - table.count)
    var header: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 16)
    header += bytes([0x3E, 3, 0xFFFE, 9, 6] as [UInt16]) + [UInt8](repeating: 0, count: 6)
    header += bytes([0, 1, 1, 0, 4096, 0xFFFF_FFFE, 0, 0xFFFF_FFFE, 0, 0] as [UInt32])
    header += [UInt8](repeating: 0xFF, count: 512 - header.count)
    let none = [UInt8](repeating: 0xFF, count: 12)
    func entry(_ name: String, type: UInt8, child: UInt32, start: UInt32, size: Int) -> [UInt8] {
      let wide = bytes(Array(name.utf16))
      let links = none[..<8] + bytes([child])
      return wide + [UInt8](repeating: 0, count: 64 - wide.count) + bytes([UInt16(wide.count + 2)]) + [type, 1] + links
        + [UInt8](repeating: 0, count: 36) + bytes([start, UInt32(size), 0])
    }
    let free = [UInt8](repeating: 0, count: 68) + none + [UInt8](repeating: 0, count: 48)
    let directory =
      entry("Root Entry", type: 5, child: 1, start: 0xFFFF_FFFE, size: 0)
      + entry(name, type: 2, child: 0xFFFF_FFFF, start: 2, size: data.count) + free + free
    return header + bytes(table) + directory + data
  }

  private static func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
    numbers.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } }
  }

  /// The head of a Word document ([MS-DOC] 2.5.1), then its text in Windows-1252.
  static func word(_ text: [UInt8], isEncrypted: Bool = false) -> [UInt8] {
    var head = bytes([0xA5EC, 0xC1, 0, 0x409, 0, isEncrypted ? 0x100 : 0] as [UInt16])
    head += [UInt8](repeating: 0, count: 24 - head.count) + bytes([0x400, 0x400 + UInt32(text.count)])
    head += [UInt8](repeating: 0, count: 0x4C - head.count) + bytes([UInt32(text.count)])
    head += [UInt8](repeating: 0, count: 0x400 - head.count)
    return compound(head + text, name: "WordDocument")
  }

  private static let report = word(Array("Annual report\rThe gr".utf8) + [0xFC] + Array("ne line\r".utf8))

  private func read(_ file: [UInt8]) throws -> Collected {
    try Collected(file) { try DOCExtractor.extract($0, to: $1) }
  }

  @Test("paragraphs of a Word document are lines")
  func word() throws {
    let result = try read(Self.report)
    #expect(result.failure == nil)
    #expect(result.text == "Annual report\nThe grüne line\n")
  }

  @Test("slides of a presentation are read")
  func slides() throws {
    func record(_ version: UInt16, _ type: UInt16, _ data: [UInt8]) -> [UInt8] {
      Self.bytes([version, type]) + Self.bytes([UInt32(data.count)]) + data
    }
    func slide(_ text: String) -> [UInt8] { record(15, 1006, record(0, 4000, Self.bytes(Array(text.utf16)))) }
    let stream = record(15, 1000, []) + slide("First slide") + slide("Grüße") + record(0, 1010, [])
    let result = try Collected(Self.compound(stream, name: "PowerPoint Document")) {
      try PPTExtractor.extract($0, to: $1)
    }
    #expect(result.failure == nil)
    #expect(result.text == "First slide\nGrüße\n")
  }

  @Test("a password that is needed is told")
  func encrypted() throws {
    let result = try read(Self.word(Array("Secret\r".utf8), isEncrypted: true))
    #expect(result.failure == .encrypted)
    #expect(result.units.isEmpty)
  }

  @Test("what breaks off is damaged, and keeps no converter busy")
  func truncated() throws {
    let whole = Self.report
    for count in stride(from: 0, to: whole.count - 512, by: 97) {
      let failure = try read(Array(whole.prefix(count))).failure
      switch failure {
      case .notADocument: #expect(count < 8)
      case .damaged: #expect(count >= 8)
      default: Issue.record("\(count) bytes: \(String(describing: failure))")
      }
    }
  }

  @Test("a chain that goes in circles is damaged: catdoc would leave text out, and say nothing")
  func circle() throws {
    var file = Self.word(Array(String(repeating: "A paragraph.\r", count: 500).utf8))
    // The entry of sector 6 in the table, which is sector 0, leads back to sector 4.
    file.replaceSubrange(512 + 4 * 6..<512 + 4 * 7, with: Self.bytes([4 as UInt32]))
    #expect(try read(file).failure == .damaged("the chain of WordDocument goes in circles"))
  }

  @Test("without catdoc the package to install is named")
  func missing() throws {
    let result = try Collected(Self.report) {
      try LegacyOffice.extract($0, to: $1, program: "catdoc", [], searchPath: "/nowhere")
    }
    #expect(result.failure == .missingConverter("catdoc"))
  }
}
