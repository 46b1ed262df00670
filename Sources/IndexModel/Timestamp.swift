internal import Foundation

/// A moment in integer milliseconds since 1970 UTC, as the database has it; RFC 3339 with milliseconds in JSON.
package struct Timestamp: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  package var milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  package static func now() -> Timestamp {
    Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
  }

  private static let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  package var description: String {
    // The format cuts off instead of rounding: from the middle of the millisecond, it cannot fall into the one before.
    Date(timeIntervalSince1970: (Double(milliseconds) + 0.5) / 1000).formatted(Self.format)
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    let date = try Self.format.parse(text)
    milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
