internal import IndexModel

/// How slowly a body may come: who sends a byte a minute would hold a connection, and room, for ever.
struct BodyPace {
  private static let grace = 30.0
  private static let bytesPerSecond = 10_000.0

  private let began = ContinuousClock.now
  private var bytes = 0.0

  /// - Throws: `too_slow`.
  mutating func received(_ count: Int) throws {
    bytes += Double(count)
    let seconds = began.duration(to: .now) / .seconds(1)
    guard seconds <= Self.grace + bytes / Self.bytesPerSecond else {
      throw IndexerError(.tooSlow, "the body comes at less than \(Int(Self.bytesPerSecond)) bytes a second")
    }
  }
}
