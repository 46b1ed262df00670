/// How long to wait before trying again when a database file is locked by another program.
///
/// Doubles from `first` to `ceiling`, each wait shortened by a random part of up to a half, so that waiters do
/// not stay in step; ends when `limit` has passed. ("Full jitter" keeps too little of the back-off for waits of
/// milliseconds.)
package struct RetryPolicy: Hashable, Sendable {
  /// Milliseconds.
  package var first: Int64 = 1
  package var ceiling: Int64 = 50
  package var limit: Int64 = 10_000

  package init(limit: Int64 = 10_000) { self.limit = limit }

  /// Milliseconds to wait before attempt `attempt` + 1, or nil when the time is up.
  ///
  /// - Parameters:
  ///   - attempt: how many attempts failed, from 1.
  ///   - elapsed: milliseconds since the first attempt began.
  ///   - jitter: from 0 to 1.
  package func delay(afterAttempt attempt: Int, elapsed: Int64, jitter: Double) -> Int64? {
    guard elapsed < limit else { return nil }
    let full = min(ceiling, first << Int64(min(attempt - 1, 16)))
    let wait = Int64((Double(full) * (1 - jitter / 2)).rounded(.up))
    return min(wait, limit - elapsed)
  }
}
