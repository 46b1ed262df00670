import Foundation
import GRDB
import IndexModel
import Projects
import SQLiteStore
import TestSupport
import Testing

@testable import Jobs

/// The queue's own side of `tools/bench`, which calls this with `INDEXER_BENCH_QUEUE`. Asserts no timings.
@Suite("QueueBench", .enabled(if: ProcessInfo.processInfo.environment["INDEXER_BENCH_QUEUE"] != nil))
struct QueueBench {
  static let projects = 40

  @Test("Claims and completes by one process, then by four at once")
  func claimAndComplete() async throws {
    let environment = ProcessInfo.processInfo.environment
    let jobs = environment["INDEXER_BENCH_JOBS"].flatMap { Int($0) } ?? 3_000
    let one = try await Self.measure(processes: 1, jobs: jobs)
    let report = QueueReport(one: one, four: try await Self.measure(processes: 4, jobs: jobs))
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    try encoder.encode(report).write(to: URL(fileURLWithPath: environment["INDEXER_BENCH_QUEUE"]!))
  }

  private static func measure(processes: Int, jobs: Int) async throws -> QueueFigures {
    let queue = try QueueFixture()
    for number in 0..<jobs { try queue.enqueue("p\(number % projects)") }
    let path = queue.directory.path
    let scratch = queue.scratch.path
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<processes {
        group.addTask {
          await #expect(processExitsWith: .success) {
            [path = path as String, scratch = scratch as String, number = number as Int, processes = processes as Int]
            in
            try QueueBench.work(path, scratch, number: number, among: processes)
          }
        }
      }
    }
    let shifts = try (0..<processes).map { number in
      try JSONDecoder().decode(Shift.self, from: Data(contentsOf: URL(fileURLWithPath: "\(scratch)/shift-\(number)")))
    }
    #expect(shifts.map(\.claims.count).reduce(0, +) == jobs)
    return QueueFigures(shifts)
  }

  /// What one of the processes does: as a worker, without the work.
  private static func work(_ path: String, _ scratch: String, number: Int, among processes: Int) throws {
    let store = try QueueFixture.open(try DataDirectory(path: path))
    let queue = JobQueue(host: try HostProcess())
    let worker = queue.host.identity(slot: 0)
    try Data().write(to: URL(fileURLWithPath: "\(scratch)/ready-\(number)"))
    while try FileManager.default.contentsOfDirectory(atPath: scratch).count(where: { $0.hasPrefix("ready-") })
      < processes
    {
      usleep(5_000)
    }
    var shift = Shift()
    while true {
      let began = ContinuousClock.now
      let job = try store.write { try queue.claim(for: worker, limit: projects, in: $0) }
      let claimed = ContinuousClock.now
      guard let job else { break }
      shift.claims.append(began.duration(to: claimed) / .milliseconds(1))
      try store.write { _ = try queue.finish(job, as: .completed, progress: JobProgress(), in: $0) }
      if store.logSize > 32 << 20 { try store.checkpoint() }
    }
    shift.end = Date().timeIntervalSince1970
    try JSONEncoder().encode(shift).write(to: URL(fileURLWithPath: "\(scratch)/shift-\(number)"))
  }
}

/// What one process did, and when.
private struct Shift: Codable {
  var begin = Date().timeIntervalSince1970
  var end = 0.0
  /// Milliseconds each.
  var claims: [Double] = []
}

/// The figures of one process, and beside them those of four.
private struct QueueReport: Encodable {
  var one: QueueFigures
  var four: QueueFigures

  enum CodingKeys: String, CodingKey { case four }

  func encode(to encoder: any Encoder) throws {
    try one.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(four, forKey: .four)
  }
}

private struct QueueFigures: Encodable {
  struct Spread: Encodable {
    var p50, p99, max: Double
  }

  var jobs: Int
  var seconds: Double
  var claimMs: Spread
  /// Jobs of each process.
  var shares: [Int]

  init(_ shifts: [Shift]) {
    let claims = shifts.flatMap(\.claims).sorted()
    jobs = claims.count
    seconds = (shifts.map(\.end).max() ?? 0) - (shifts.map(\.begin).min() ?? 0)
    claimMs = Spread(p50: claims[claims.count / 2], p99: claims[claims.count * 99 / 100], max: claims[claims.count - 1])
    shares = shifts.map(\.claims.count)
  }
}
