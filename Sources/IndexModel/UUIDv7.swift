internal import Synchronization

/// Ids that sort by creation: RFC 9562 version 7, lower case.
package enum UUIDv7 {
  /// Milliseconds (upper 48 bits) and a counter (lower 12) of the id made last by this process.
  private static let last = Atomic<UInt64>(0)

  /// A new id; later calls in the same process give greater ones, also when the wall clock steps back.
  package static func make(at now: Timestamp = .now()) -> String {
    let fresh = UInt64(max(0, now.milliseconds)) << 12
    var stamp: UInt64
    var seen = last.load(ordering: .relaxed)
    while true {
      stamp = max(fresh, seen + 1)
      let (done, current) = last.compareExchange(expected: seen, desired: stamp, ordering: .relaxed)
      if done { break }
      seen = current
    }
    let high = (stamp >> 12) << 16 | 0x7000 | (stamp & 0xfff)
    let low = UInt64.random(in: 0...UInt64.max) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
    let digits = hex(high) + hex(low)
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
      .map { String(decoding: digits[$0], as: UTF8.self) }
      .joined(separator: "-")
  }

  private static func hex(_ value: UInt64) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return stride(from: 60, through: 0, by: -4).map { digits[Int(value >> UInt64($0) & 15)] }
  }
}
