internal import IndexModel

/// How slowly a body may come: who sends a byte a minute would hold a connection, and room, for ever.
struct BodyPace {
  private static let grace = 30.0
  private static let bytesPerSecond = 10_000.0

  private let began = ContinuousClock.now
  private var bytes = 0.0
  private var excused = Duration.zero

  /// Does something with what came; the sender is not to blame for how long it takes.
  mutating func excusing(_ body: () async throws -> Void) async rethrows {
    let began = ContinuousClock.now
    try await body()
    excused += began.duration(to: .now)
  }

  /// - Throws: `too_slow`.
  mutating func received(_ count: Int) throws {
    bytes += Double(count)
    let seconds = (began.duration(to: .now) - excused) / .seconds(1)
    guard seconds <= Self.grace + bytes / Self.bytesPerSecond else {
      throw IndexerError(.tooSlow, "the body comes at less than \(Int(Self.bytesPerSecond)) bytes a second")
    }
  }
}
