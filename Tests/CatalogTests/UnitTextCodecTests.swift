import IndexModel
import TestSupport
import Testing

@testable import Catalog

@Suite("UnitTextCodec")
struct UnitTextCodecTests {
  private func roundTrip(_ text: [UInt8], _ codec: UnitTextCodec) throws -> [UInt8] {
    let frame = try text.withUnsafeBytes { Array(try codec.compress($0)) }
    return try frame.withUnsafeBytes { Array(try codec.decompress($0, bytes: text.count)) }
  }

  @Test("A text comes back as it was", arguments: [0, 1, 100, 32 << 10, (32 << 10) + 1, 1 << 20])
  func roundTrip(count: Int) throws {
    let codec = UnitTextCodec()
    let regular = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    #expect(try roundTrip(regular, codec) == regular)
    // Bytes that do not compress need more room than they have.
    var generator = SystemRandomNumberGenerator()
    let random = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    #expect(try roundTrip(random, codec) == random)
    #expect(try roundTrip([1, 2, 3], codec) == [1, 2, 3])
  }

  @Test("Plain text becomes smaller")
  func smaller() throws {
    let text = Array(String(repeating: "static int foo(void);\n", count: 500).utf8)
    #expect(try text.withUnsafeBytes { try UnitTextCodec().compress($0).count } < text.count / 10)
  }

  @Test("What is no frame, or not of the recorded size, is damage and not a crash")
  func damaged() throws {
    let codec = UnitTextCodec()
    let text = Array("some text that is long enough to be compressed, compressed, compressed".utf8)
    let frame = try text.withUnsafeBytes { Array(try codec.compress($0)) }
    var flipped = frame
    flipped[0] ^= 0xff
    let cases: [([UInt8], Int)] = [
      ([], text.count), ([0, 1, 2], 3), (flipped, text.count), (Array(frame.dropLast()), text.count),
      (frame, text.count - 1), (frame, text.count + 1), (frame, 0),
    ]
    for (bytes, count) in cases {
      let error = try failure { _ = try bytes.withUnsafeBytes { try codec.decompress($0, bytes: count) } }
      #expect(error?.code == .damaged)
    }
  }
}
