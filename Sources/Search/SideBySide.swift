internal import Foundation

/// Runs the same work for each of some items on a few threads of its own, the caller's among them, and waits.
///
/// Not on the cooperative pool, whose few threads must not wait for a disk.
final class SideBySide<Item, Value>: @unchecked Sendable {
  private let items: [Item]
  private let body: (Item) throws -> Value
  /// Guards what follows.
  private let condition = NSCondition()
  private var results: [Result<Value, any Error>?]
  private var next = 0
  private var helpers: Int

  /// The first failure is thrown, once all have ended.
  ///
  /// - Parameter body: not used any more when this returns.
  static func map(_ items: [Item], _ body: @escaping (Item) throws -> Value) throws -> [Value] {
    try SideBySide(items, body).run()
  }

  private init(_ items: [Item], _ body: @escaping (Item) throws -> Value) {
    self.items = items
    self.body = body
    results = Array(repeating: nil, count: items.count)
    helpers = max(min(items.count, ProcessInfo.processInfo.activeProcessorCount) - 1, 0)
  }

  private func run() throws -> [Value] {
    for _ in 0..<helpers {
      Thread.detachNewThread { [self] in
        work()
        condition.withLock {
          helpers -= 1
          condition.signal()
        }
      }
    }
    work()
    condition.withLock {
      while helpers > 0 { condition.wait() }
    }
    return try results.map { try $0!.get() }
  }

  private func work() {
    while let index = take() {
      let result = Result { try body(items[index]) }
      condition.withLock { results[index] = result }
    }
  }

  private func take() -> Int? {
    condition.withLock {
      guard next < items.count else { return nil }
      defer { next += 1 }
      return next
    }
  }
}
