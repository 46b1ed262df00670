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
    let seed =
      ProcessInfo.processInfo.environment["INDEXER_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 1..<1_000_000)
    var random = SeededGenerator(seed: seed &+ UInt64(number))
    var model = QueueModel()
    var commands: [QueueCommand] = []
    for _ in 0..<150 {
      let command = Self.command(model, &random)
      _ = model.apply(command)
      commands.append(command)
    }
    guard let difference = try Self.difference(commands) else { return }
    let shortest = try Self.shrunk(commands)
    Issue.record("INDEXER_TEST_SEED=\(seed): \(try Self.difference(shortest) ?? difference); to be kept: \(shortest)")
  }

  @Test("Nor do those that once failed", arguments: kept)
  func keptSequences(commands: [QueueCommand]) throws {
    let difference = try Self.difference(commands)
    #expect(difference == nil)
  }

  // MARK: Making

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
      let states = model.jobs.map { "\($0.status) \($0.epoch)" }
      guard rows == states else { return "after command \(number), \(command): \(rows), not \(states)" }
    }
    return nil
  }
}

/// The same commands, for the file; by three connections in turn, as several processes would.
private final class RealQueue {
  private let fixture: QueueFixture
  private let dead: WorkerIdentity
  private var stores: [StoreFile]
  private var ids: [String] = []
  private var turn = 0

  init() throws {
    fixture = try QueueFixture()
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

  func states() throws -> [String] {
    let rows = try stores[turn].read {
      try Row.fetchAll($0, sql: "SELECT id, status, lease_epoch FROM indexing_jobs")
    }
    let byID = Dictionary(
      uniqueKeysWithValues: rows.map { ($0["id"] as String, "\($0["status"] as String) \($0["lease_epoch"] as Int64)") }
    )
    return ids.map { byID[$0] ?? "gone" }
  }
}
