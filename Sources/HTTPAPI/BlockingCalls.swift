internal import IndexModel
internal import NIOPosix
internal import Synchronization

/// Calls that block, on threads of their own; the cooperative pool has none to spare for them.
final class BlockingCalls: Sendable {
  /// Calls that run or wait. More are refused at once, which is better than an answer that nobody waits for any more.
  private static let limit = 512

  private let pool: NIOThreadPool
  private let pending = Atomic<Int>(0)

  init(threads: Int) {
    pool = NIOThreadPool(numberOfThreads: threads)
    pool.start()
  }

  deinit { pool.shutdownGracefully { _ in } }

  /// - Throws: `busy` when too many wait; and what `body` throws.
  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    let before = pending.add(1, ordering: .relaxed).oldValue
    defer { pending.subtract(1, ordering: .relaxed) }
    guard before < Self.limit else {
      throw IndexerError(.busy, "\(Self.limit) requests wait for their turn already; try again in a second")
    }
    return try await pool.runIfActive { try body() }
  }
}

/// Calls of each kind have threads of their own, so that those that take long are waited for by their like alone.
struct CallLanes: Sendable {
  /// Reads of the queue: milliseconds.
  let looks = BlockingCalls(threads: 4)
  /// Bound by the processor: each runs on as many threads as there are shards, which is as many as there are cores.
  let searches = BlockingCalls(threads: 2)
  /// One connection writes, and each of these waits for a sync.
  let changes = BlockingCalls(threads: 2)
  /// Bytes that come, and what they are.
  let files = BlockingCalls(threads: 4)
}
