import TestSupport
import Testing

@testable import Extraction

@Suite("ZipArchive")
struct ZipArchiveTests {
  @Test("entries are found by name, in any case, with a slash in front, and give their bytes")
  func reads() throws {
    let large = [UInt8](repeating: 7, count: 300_000)
    let bytes = try ZipFixture.bytes([
      ("word/document.xml", Array("<a/>".utf8)), ("xl\\Big.bin", large), ("empty", []),
    ])
    try withDocument(bytes) { document in
      let archive = try ZipArchive(document)
      #expect(archive.names == ["word/document.xml", "xl/Big.bin", "empty"])
      #expect(try archive.read("word/document.xml", limit: 4) == Array("<a/>".utf8))
      #expect(try archive.read("/Word/Document.XML", limit: 4) == Array("<a/>".utf8))
      #expect(try archive.read("xl/big.bin", limit: 300_000) == large)
      #expect(try archive.read("empty", limit: 0) == [])
      #expect(archive.contains("xl/Big.bin"))
      #expect(!archive.contains("xl"))
      #expect(try extractionFailure { _ = try archive.read("word/document.xml", limit: 3) } == .tooMuchText)
      #expect(try extractionFailure { _ = try archive.read("no", limit: 3) } == .damaged("no entry no"))
    }
  }

  @Test("an entry is streamed in pieces, also while another is, and what the reader throws comes through")
  func streams() throws {
    let first = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
    let second = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    try withDocument(try ZipFixture.bytes([("a", first), ("b", second)])) { document in
      let archive = try ZipArchive(document)
      var seen: [UInt8] = []
      var other: [UInt8] = []
      var pieces = 0
      try archive.stream("a") { piece in
        pieces += 1
        seen += piece
        if pieces == 2 { other = try archive.read("b", limit: .max) }
      }
      #expect(other == second)
      #expect(seen == first)
      #expect(pieces > 1)
      let failure = try extractionFailure { try archive.stream("a") { _ in throw ExtractionFailure.timeLimit } }
      #expect(failure == .timeLimit)
    }
  }

  @Test("encrypted entries are told as such, also when only one is asked for")
  func encrypted() throws {
    let bytes = try ZipFixture.bytes([("a", [1, 2, 3])], password: "secret")
    try withDocument(bytes) { document in
      let archive = try ZipArchive(document)
      #expect(archive.names == ["a"])
      #expect(try extractionFailure { _ = try archive.read("a", limit: 10) } == .encrypted)
    }
  }

  @Test("what inflates beyond a ratio, a size of one entry, of all entries, or a number of entries is refused")
  func bombs() throws {
    let bytes = try ZipFixture.bytes([("a", [UInt8](repeating: 0, count: 1 << 20)), ("b", [1])])
    func failure(_ change: (inout ZipArchive.Limits) -> Void, reads: [String]) throws -> ExtractionFailure? {
      var limits = ZipArchive.Limits()
      change(&limits)
      return try withDocument(bytes) { document in
        try extractionFailure {
          let archive = try ZipArchive(document, limits: limits)
          for name in reads { _ = try archive.read(name, limit: .max) }
        }
      }
    }
    #expect(try failure({ _ in }, reads: ["a", "b"]) == nil)
    #expect(try failure({ $0.ratioFloor = 1 << 19 }, reads: ["a"]) == .tooMuchText)
    #expect(try failure({ $0.ratioFloor = 1 << 20 }, reads: ["a"]) == nil)
    #expect(
      try failure(
        {
          $0.ratioFloor = 0; $0.ratio = 1000
        }, reads: ["a"]) == nil)
    #expect(try failure({ $0.entryBytes = 1 << 20 - 1 }, reads: ["a"]) == .tooMuchText)
    #expect(try failure({ $0.entryBytes = 1 << 20 }, reads: ["a"]) == nil)
    #expect(try failure({ $0.bytes = 1 << 20 }, reads: ["a"]) == nil)
    #expect(try failure({ $0.bytes = 1 << 20 }, reads: ["a", "b"]) == .tooMuchText)
    #expect(try failure({ $0.entries = 1 }, reads: []) == .tooMuchText)
  }

  @Test("an archive that breaks off anywhere is damaged")
  func truncated() throws {
    let whole = try ZipFixture.bytes([("first", "some text"), ("second", String(repeating: "more ", count: 40))])
    for count in 0..<whole.count {
      try withDocument(Array(whole[..<count])) { document in
        let failure = try extractionFailure { _ = try ZipArchive(document) }
        #expect(failure?.isDamage == true, "\(count) bytes")
      }
    }
  }

  @Test("no flipped bit gives other bytes than the archive has, or any other failure than damage")
  func flipped() throws {
    let texts = ["first": "some text", "second": String(repeating: "more ", count: 40)]
    let whole = try ZipFixture.bytes(texts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    var wrong = 0
    for bit in 0..<(whole.count * 8) {
      var bytes = whole
      bytes[bit / 8] ^= 1 << (bit % 8)
      try withDocument(bytes) { document in
        do {
          let archive = try ZipArchive(document)
          for (name, text) in texts where archive.contains(name) {
            #expect(try archive.read(name, limit: 1 << 20) == Array(text.utf8), "bit \(bit)")
          }
        } catch let failure as ExtractionFailure {
          wrong += 1
          // A bit of the flags says encrypted.
          #expect(failure.isDamage || failure == .encrypted, "bit \(bit)")
        }
      }
    }
    #expect(wrong > 0)
  }
}
