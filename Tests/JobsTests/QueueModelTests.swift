import Foundation
import GRDB
import IndexModel
import SQLiteStore
import TestSupport
import Testing

@testable import Jobs

@Suite("The queue against its model")
struct QueueModelTests {
  /// Sequences that once failed, made as short as they can be.
  static let kept: [[QueueCommand]] = [
    // A late report renews the lease when nobody has taken the job over: then there is nothing to claim.
    [
      .enqueue(project: 0, priority: 0), .claim(limit: 1), .lose(job: 0, .expired), .report(job: 0, epoch: 1),
      .claim(limit: 1),
    ],
    [
      .enqueue(project: 0, priority: 0), .claim(limit: 1), .control(job: 0, .pause), .lose(job: 0, .killed),
      .takeOver(job: 0),
    ],
    [
      .enqueue(project: 0, priority: 0), .claim(limit: 1), .lose(job: 0, .killed), .reopen, .claim(limit: 1),
      .finish(job: 0, epoch: 1, .completed), .finish(job: 0, epoch: 2, .completed),
    ],
  ]

  @Test("Any sequence of commands does to the file what it does to the model", arguments: 0..<20)
  func random(number: Int) throws {
    let seed = Self.seed()
    let commands = Self.commands(150, seed: seed &+ UInt64(number))
    guard let difference = try Self.difference(commands) else { return }
    let shortest = try Self.shrunk(commands)
    Issue.record("INDEXER_TEST_SEED=\(seed): \(try Self.difference(shortest) ?? difference); to be kept: \(shortest)")
  }

  @Test("Nor do those that once failed", arguments: kept)
  func keptSequences(commands: [QueueCommand]) throws {
    let difference = try Self.difference(commands)
    #expect(difference == nil)
  }

  /// What a process holds when it ends is lost; the next one finds out.
  @Test("Nor does any that several processes do in turn", arguments: 0..<3)
  func processes(number: Int) async throws {
    let seed = Self.seed() &+ UInt64(number)
    let queue = try RealQueue()
    let path = queue.fixture.directory.path
    let record = queue.fixture.scratch.path("record")
    try JSONEncoder().encode(ProcessRecord()).write(to: URL(fileURLWithPath: record))
    let pieces = stride(from: 0, to: 160, by: 40).map { [all = Self.commands(160, seed: seed)] in
      Array(all[$0..<$0 + 40])
    }
    var model = QueueModel()
    var expected = ProcessRecord()
    for (turn, commands) in pieces.enumerated() {
      await #expect(processExitsWith: .success) {
        [path = path as String, record = record as String, commands = commands as [QueueCommand], turn = turn as Int] in
        let queue = try RealQueue(at: path)
        try queue.goOn(record, after: turn, commands)
      }
      for command in commands {
        expected.answers.append("\(model.apply(command))")
        expected.states.append(model.jobs.map(\.state))
      }
      model.loseAll()
    }
    let found = try JSONDecoder().decode(ProcessRecord.self, from: Data(contentsOf: URL(fileURLWithPath: record)))
    let all = pieces.flatMap(\.self)
    for number in all.indices {
      try #require(found.answers.indices.contains(number), "INDEXER_TEST_SEED=\(seed)")
      try #require(found.answers[number] == expected.answers[number], "INDEXER_TEST_SEED=\(seed), \(all[number])")
      try #require(found.states[number] == expected.states[number], "INDEXER_TEST_SEED=\(seed), \(all[number])")
    }
  }

  // MARK: Making

  private static func seed() -> UInt64 {
    ProcessInfo.processInfo.environment["INDEXER_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 1..<1_000_000)
  }

  private static func commands(_ count: Int, seed: UInt64) -> [QueueCommand] {
    var random = SeededGenerator(seed: seed)
    var model = QueueModel()
    return (0..<count).map { _ in
      let command = command(model, &random)
      _ = model.apply(command)
      return command
    }
  }

  private static func command(_ model: QueueModel, _ random: inout SeededGenerator) -> QueueCommand {
    let job = Int.random(in: 0...max(0, model.jobs.count - 1), using: &random)
    // Mostly the epoch that holds; now and then that of a worker that has lost its claim.
    let epoch =
      (model.jobs.indices.contains(job) ? model.jobs[job].epoch : 0)
      - (Int.random(in: 0..<5, using: &random) == 0 ? 1 : 0)
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<4:
      return .enqueue(project: .random(in: 0..<3, using: &random), priority: .random(in: 0..<2, using: &random))
    case 4..<8: return .claim(limit: .random(in: 1...3, using: &random))
    case 8: return .lose(job: job, Bool.random(using: &random) ? .killed : .expired)
    case 9: return .takeOver(job: job)
    case 10: return .report(job: job, epoch: epoch)
    case 11..<15:
      return .finish(job: job, epoch: epoch, QueueCommand.Ending.allCases.randomElement(using: &random)!)
    case 15..<19: return .control(job: job, ControlRequest.allCases.randomElement(using: &random)!)
    default: return .reopen
    }
  }

  /// The sequence with whatever can be left out of it left out.
  private static func shrunk(_ commands: [QueueCommand]) throws -> [QueueCommand] {
    var shortest = commands
    var length = max(1, shortest.count / 2)
    while true {
      var place = 0
      while place < shortest.count {
        var shorter = shortest
        shorter.removeSubrange(place..<min(place + length, shorter.count))
        if try difference(shorter) != nil { shortest = shorter } else { place += length }
      }
      guard length > 1 else { return shortest }
      length /= 2
    }
  }

  // MARK: Comparing

  /// What the file does otherwise than the model; nil when they agree to the end.
  private static func difference(_ commands: [QueueCommand]) throws -> String? {
    var model = QueueModel()
    let queue = try RealQueue()
    for (number, command) in commands.enumerated() {
      let expected = model.apply(command)
      let found = try queue.apply(command)
      guard found == expected else { return "command \(number), \(command): \(found), not \(expected)" }
      let rows = try queue.states()
      let states = model.jobs.map(\.state)
      guard rows == states else { return "after command \(number), \(command): \(rows), not \(states)" }
    }
    return nil
  }
}

/// The same commands, for the file; by three connections in turn, as several processes would.
private final class RealQueue {
  let fixture: QueueFixture
  private let dead: WorkerIdentity
  private var stores: [StoreFile]
  private var ids: [String] = []
  private var turn = 0

  /// - Parameter path: of a data directory that another process has made; nil for a new one.
  init(at path: String? = nil) throws {
    fixture = try QueueFixture(at: path)
    dead = try fixture.deadWorker()
    for project in 0..<3 { _ = try fixture.source("p\(project)") }
    stores = try (0..<3).map { [fixture] _ in try QueueFixture.open(fixture.directory) }
  }

  func apply(_ command: QueueCommand) throws -> QueueModel.Answer {
    turn = (turn + 1) % stores.count
    let store = stores[turn]
    let jobs = fixture.jobs
    do {
      switch command {
      case .enqueue(let project, let priority):
        let new = try fixture.new("p\(project)", priority: priority)
        guard case .accepted(let job, _) = try store.write({ try jobs.enqueue(new, limit: 1000, in: $0) }) else {
          return .nothing
        }
        ids.append(job.id)
        return .done
      case .claim(let limit):
        let job = try store.write { try jobs.claim(for: fixture.worker, limit: limit, in: $0) }
        return job.map { .claimed(ids.firstIndex(of: $0.id)!) } ?? .nothing
      case .lose(let job, let loss):
        guard ids.indices.contains(job) else { return .done }
        let (column, value): (String, any DatabaseValueConvertible) =
          loss == .killed ? ("lease_owner", dead.description) : ("lease_expires_at", 0)
        try store.write {
          try $0.execute(
            sql: "UPDATE indexing_jobs SET \(column) = ? WHERE id = ? AND lease_owner IS NOT NULL",
            arguments: [value, ids[job]])
        }
        return .done
      case .takeOver(let job):
        guard ids.indices.contains(job) else { return .nothing }
        return try store.write { try jobs.takeOver(ids[job], for: fixture.worker, in: $0) } == nil ? .nothing : .done
      case .report(let job, let epoch):
        _ = try store.write { try jobs.report(JobProgress(), of: held(job, epoch, in: $0), in: $0) }
        return .done
      case .finish(let job, let epoch, let ending):
        _ = try store.write {
          try jobs.finish(held(job, epoch, in: $0), as: Self.ending(ending), progress: JobProgress(), in: $0)
        }
        return .done
      case .control(let job, let request):
        let id = ids.indices.contains(job) ? ids[job] : "none"
        _ = try store.write { try jobs.control(id, request, actor: "test", in: $0) }
        return .done
      case .reopen:
        try store.close()
        stores[turn] = try QueueFixture.open(fixture.directory)
        return .done
      }
    } catch let error as IndexerError {
      return .refused(error.code)
    }
  }

  /// The job as a worker remembers it that claimed it with `epoch`.
  private func held(_ job: Int, _ epoch: Int64, in db: Database) throws -> Job {
    guard ids.indices.contains(job), var found = try fixture.jobs.find(ids[job], in: db) else {
      throw IndexerError(.leaseLost, "no such job")
    }
    found.epoch = epoch
    return found
  }

  private static func ending(_ ending: QueueCommand.Ending) -> JobQueue.Ending {
    switch ending {
    case .completed: .completed
    case .failed: .failed(IndexerError(.rootUnavailable, "gone"))
    case .diskLow: .paused(.diskLow)
    case .userPause: .paused(.user)
    case .handedBack: .handedBack
    }
  }

  /// Applies `commands` and adds what they did to the record.
  ///
  /// - Parameter turn: how many processes came before.
  func goOn(_ path: String, after turn: Int, _ commands: [QueueCommand]) throws {
    fixture.clock.advance(by: Int64(turn) * 1_000_000)
    let file = URL(fileURLWithPath: path)
    var record = try JSONDecoder().decode(ProcessRecord.self, from: Data(contentsOf: file))
    ids = record.ids
    for command in commands {
      record.answers.append("\(try apply(command))")
      record.states.append(try states())
    }
    record.ids = ids
    try JSONEncoder().encode(record).write(to: file)
  }

  func states() throws -> [String] {
    let rows = try stores[turn].read {
      try Row.fetchAll(
        $0,
        sql: """
          SELECT id, status || ' epoch ' || lease_epoch || ' attempt ' || attempt || ' ' || ifnull(pause_reason, '-')
            || ' events ' || (SELECT count(*) FROM job_events WHERE job_id = indexing_jobs.id)
            || iif(lease_owner IS NULL, '', ' held') AS state
          FROM indexing_jobs
          """)
    }
    let byID = Dictionary(uniqueKeysWithValues: rows.map { ($0["id"] as String, $0["state"] as String) })
    return ids.map { byID[$0] ?? "gone" }
  }
}

/// What the processes of one sequence leave to each other, and at the end to the comparison.
private struct ProcessRecord: Codable {
  var ids: [String] = []
  var answers: [String] = []
  /// Of all jobs, after each command.
  var states: [[String]] = []
}
