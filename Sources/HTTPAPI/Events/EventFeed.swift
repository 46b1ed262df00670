internal import Foundation
internal import Hummingbird
internal import IndexModel
internal import Indexing
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Synchronization

/// Looks for news of jobs, once for all clients, and hands each what it asked for.
///
/// Each client has a bounded buffer. One that does not read is dropped, never waited for: it may come again, with the id
/// of the last event that it has seen.
final class EventFeed: Service, Sendable {
  /// One frame of a stream of server-sent events.
  struct Frame: Sendable {
    /// nil: not an event of the history, such as how far a job is.
    var id: Int?
    var job: String?
    var bytes: ByteBuffer
    /// After this one nothing more happens to the job, unless it is resumed.
    var isLast = false
  }

  struct Client: Sendable {
    var frames: AsyncStream<Frame>
    fileprivate var number: Int
  }

  private struct Subscriber {
    var job: String?
    var continuation: AsyncStream<Frame>.Continuation
    var drop: @Sendable () -> Void
  }

  private struct State {
    var subscribers: [Int: Subscriber] = [:]
    var next = 0
    var isStopping = false
  }

  /// Milliseconds between looks.
  private static let poll = 250
  /// Frames that wait for a client.
  private static let buffered = 1_000
  /// Clients at the same time.
  private static let limit = 256
  /// Looks after which a client is told that all is well, so that a connection that is gone is noticed.
  private static let looksForPing = 60
  /// Milliseconds that clients have to take the rest, when the service stops.
  private static let patience = 500
  /// Events that are read at once.
  static let page = 500

  private let service: IndexingService
  private let calls: BlockingCalls
  private let state = Mutex(State())
  private let logger = Logger(label: "events")

  init(_ service: IndexingService, _ calls: BlockingCalls) {
    self.service = service
    self.calls = calls
  }

  var isStopping: Bool { state.withLock { $0.isStopping } }

  var clientCount: Int { state.withLock { $0.subscribers.count } }

  /// - Parameters:
  ///   - job: nil for all.
  ///   - drop: ends the connection.
  /// - Throws: `busy` when there are too many, or the service stops.
  func subscribe(job: String?, drop: @escaping @Sendable () -> Void) throws -> Client {
    let (frames, continuation) = AsyncStream.makeStream(
      of: Frame.self, bufferingPolicy: .bufferingOldest(Self.buffered))
    let number = state.withLock { state -> Int? in
      guard !state.isStopping, state.subscribers.count < Self.limit else { return nil }
      state.next += 1
      state.subscribers[state.next] = Subscriber(job: job, continuation: continuation, drop: drop)
      return state.next
    }
    guard let number else {
      throw IndexerError(.busy, "\(Self.limit) clients follow events already; try again later")
    }
    return Client(frames: frames, number: number)
  }

  func unsubscribe(_ client: Client) {
    state.withLock { $0.subscribers.removeValue(forKey: client.number) }?.continuation.finish()
  }

  /// Looks until the service stops; then ends all streams.
  func run() async throws {
    try await withGracefulShutdownHandler {
      try await look()
    } onGracefulShutdown: {
      self.stop()
    }
  }

  private func stop() {
    let all = state.withLock { state in
      state.isStopping = true
      defer { state.subscribers = [:] }
      return Array(state.subscribers.values)
    }
    for subscriber in all { subscriber.continuation.finish() }
    // One that does not read would never see the end.
    Task {
      try await Task.sleep(for: .milliseconds(Self.patience))
      for subscriber in all { subscriber.drop() }
    }
  }

  private func look() async throws {
    var last = try await calls.run { [service] in try service.lastEvent() }
    var progress = ProgressNews()
    var looks = 0
    while !isStopping {
      do {
        let after = last
        let events = try await calls.run { [service] in try service.events(after: after, limit: Self.page) }
        for event in events { send(try Self.frame(of: event)) }
        last = events.last?.id ?? last
        // Only for somebody: it reads more than the newest rows.
        if clientCount > 0, looks.isMultiple(of: 2) {
          let jobs = try await calls.run { [service] in
            // Those at work first: there may be any number of others.
            try service.jobs(in: [.running, .pausing, .cancelling], limit: 100) + service.jobs(in: [.queued], limit: 50)
          }
          for job in progress.news(in: jobs) { send(try Self.frame(of: job)) }
        }
      } catch let error as IndexerError {
        logger.warning("\(error.message)")
      }
      looks += 1
      if looks.isMultiple(of: Self.looksForPing) {
        send(Frame(id: nil, job: nil, bytes: ByteBuffer(string: ": \n\n")))
      }
      try await Task.sleep(for: .milliseconds(Self.poll))
    }
  }

  private func send(_ frame: Frame) {
    let slow = state.withLock { state in
      var slow: [Subscriber] = []
      for (number, subscriber) in state.subscribers
      where frame.job == nil || subscriber.job == nil || subscriber.job == frame.job {
        if case .dropped = subscriber.continuation.yield(frame) {
          slow.append(subscriber)
          state.subscribers[number] = nil
        }
      }
      return slow
    }
    for subscriber in slow {
      subscriber.continuation.finish()
      subscriber.drop()
    }
  }

  // MARK: Frames

  static func frame(of event: JobEvent) throws -> Frame {
    let isLast = event.to.map { [.completed, .failed, .cancelled].contains($0) } ?? false
    return Frame(
      id: event.id, job: event.job, bytes: try bytes("id: \(event.id)\nevent: \(event.kind.rawValue)\n", event),
      isLast: isLast)
  }

  private static func frame(of job: JobReport) throws -> Frame {
    Frame(id: nil, job: job.id, bytes: try bytes("event: progress\n", job))
  }

  private static func bytes(_ head: String, _ value: some Encodable) throws -> ByteBuffer {
    var buffer = ByteBuffer(string: head + "data: ")
    buffer.writeBytes(try JSONContract.encode(value))
    buffer.writeString("\n\n")
    return buffer
  }
}

/// Which jobs have come further since the last look.
struct ProgressNews {
  private struct Mark: Hashable {
    var updatedAt: Timestamp
    var position: Int?
  }

  private var known: [String: Mark] = [:]

  mutating func news(in jobs: [JobReport]) -> [JobReport] {
    func mark(_ job: JobReport) -> Mark { Mark(updatedAt: job.updatedAt, position: job.queuePosition) }
    let news = jobs.filter { known[$0.id] != mark($0) }
    known = Dictionary(jobs.map { ($0.id, mark($0)) }) { $1 }
    return news
  }
}
