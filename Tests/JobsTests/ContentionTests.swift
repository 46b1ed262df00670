import Foundation
import GRDB
import IndexModel
import Projects
import SQLiteStore
import TestSupport
import Testing

@testable import Jobs

@Suite("Eight processes on one queue")
struct ContentionTests {
  static let processes = 8
  static let projects = 40

  /// `INDEXER_TEST_JOBS=10000` is the long form. Prints waits and shares, and holds them to nothing: a test asserts no
  /// timings.
  @Test("P2: whatever they enqueue, claim and finish at once, each job is run exactly once, and nobody starves")
  func exactlyOnce() async throws {
    let total = ProcessInfo.processInfo.environment["INDEXER_TEST_JOBS"].flatMap { Int($0) } ?? 800
    let queue = try QueueFixture()
    for project in 0..<Self.projects { _ = try queue.source("p\(project)") }
    let path = queue.directory.path
    let scratch = queue.scratch.path
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<Self.processes {
        group.addTask {
          await #expect(processExitsWith: .success) {
            [path = path as String, scratch = scratch as String, number = number as Int, total = total as Int] in
            let crew = try Crew(path, number: number)
            try crew.meet(in: scratch)
            try crew.enqueue(total / Self.processes)
            try crew.work(until: total)
            try JSONEncoder().encode(crew.waits).write(to: URL(fileURLWithPath: "\(scratch)/waits-\(number)"))
          }
        }
      }
    }
    let runs = try queue.store.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT job_id, sum(to_status = 'running') AS claims, sum(to_status = 'completed') AS ends FROM job_events
          WHERE kind IN ('created', 'moved') GROUP BY job_id
          """)
    }
    #expect(runs.count == total)
    #expect(runs.allSatisfy { ($0["claims"] as Int) == 1 && ($0["ends"] as Int) == 1 })
    #expect(try queue.store.read { try Int.fetchOne($0, sql: "SELECT last FROM epochs") } == total)

    let waits = try (0..<Self.processes).map { number in
      try JSONDecoder().decode(
        Crew.Waits.self, from: Data(contentsOf: URL(fileURLWithPath: "\(scratch)/waits-\(number)")))
    }
    for (what, all) in [
      ("enqueue", waits.map(\.enqueue)), ("claim", waits.map(\.claim)), ("finish", waits.map(\.finish)),
    ] {
      let sorted = all.flatMap { $0 }.sorted()
      print(
        "\(what), ms: p50 \(sorted[sorted.count / 2]), p99 \(sorted[sorted.count * 99 / 100]), max \(sorted.last ?? 0)")
    }
    let shares = waits.map(\.claim.count)
    print("claims of each process: \(shares)")
    // In the long form, where chance is evened out: at least half of a fair share.
    let least = total < 10_000 ? 1 : total / Self.processes / 2
    #expect(shares.allSatisfy { $0 >= least })
  }
}

/// One of the processes: a connection of its own, and how long it waited for what.
private final class Crew {
  struct Waits: Codable {
    /// Milliseconds.
    var enqueue: [Double] = []
    var claim: [Double] = []
    var finish: [Double] = []
  }

  private(set) var waits = Waits()
  private let store: StoreFile
  private let jobs: JobQueue
  private let sources: [(project: String, source: Source)]
  private let number: Int

  init(_ path: String, number: Int) throws {
    self.number = number
    store = try QueueFixture.open(try DataDirectory(path: path))
    let host = try HostProcess()
    jobs = JobQueue(host: host)
    let projects = ProjectStore()
    sources = try store.read { db in
      try projects.list(in: db).map { ($0.id, try projects.sources(of: $0.id, in: db)[0]) }
    }
  }

  /// Waits until all processes are ready.
  func meet(in directory: String) throws {
    try Data().write(to: URL(fileURLWithPath: "\(directory)/ready-\(number)"))
    for _ in 0..<3_000 {
      let names = try FileManager.default.contentsOfDirectory(atPath: directory)
      if names.count(where: { $0.hasPrefix("ready-") }) == ContentionTests.processes { return }
      usleep(10_000)
    }
    throw Unexpected("the other processes are not ready after 30 s")
  }

  func enqueue(_ count: Int) throws {
    for turn in 0..<count {
      let (project, source) = sources[(turn * ContentionTests.processes + number) % sources.count]
      let new = NewJob(
        projectID: project, sourceID: source.id, directory: source.path, options: JobOptions(),
        requestedBy: "crew\(number)")
      try timed(\.enqueue) { _ = try store.write { try jobs.enqueue(new, limit: .max, in: $0) } }
    }
  }

  func work(until total: Int) throws {
    let worker = jobs.host.identity(slot: 0)
    while try done() < total {
      var job: Job?
      try timed(\.claim) {
        job = try store.write { try jobs.claim(for: worker, limit: ContentionTests.projects, in: $0) }
      }
      guard let job else {
        waits.claim.removeLast()
        continue
      }
      try timed(\.finish) {
        _ = try store.write { try jobs.finish(job, as: .completed, progress: JobProgress(), in: $0) }
      }
    }
  }

  private func done() throws -> Int {
    try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM indexing_jobs WHERE status = 'completed'")! }
  }

  private func timed(_ waits: WritableKeyPath<Waits, [Double]>, _ body: () throws -> Void) throws {
    let start = ContinuousClock.now
    try body()
    self.waits[keyPath: waits].append(start.duration(to: .now) / .milliseconds(1))
  }
}
