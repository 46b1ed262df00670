import Foundation
import IndexModel
import Synchronization
import TestSupport
import Testing

@testable import Indexing

@Suite("Killed at every point")
struct CrashPointTests {
  typealias Point = IndexHooks.Point

  @Test("P1 P4 P7: a kill at any point, in any part of a story, changes nothing in the end", arguments: Point.allCases)
  func everyPoint(point: Point) async throws {
    let moments = try await Straight.shared.moments(files: 300).filter { $0.point == point }
    #expect(!moments.isEmpty, "the story does not come to this point")
    for moment in moments { try await Self.kill(at: moment, files: 300) }
  }

  /// With two shards, where a kill can come between them; the part in which the point is reached last.
  static let betweenShards: [Story.Moment] = [
    .init(part: .resuming, point: .fenceRaised), .init(part: .pausing, point: .willPlan),
    .init(part: .pausing, point: .shardPlanned), .init(part: .indexing, point: .willCommit),
    .init(part: .indexing, point: .committed), .init(part: .resuming, point: .shardSynced),
    .init(part: .resuming, point: .shardCheckpointed), .init(part: .cancelling, point: .listDropped),
    .init(part: .losing, point: .listDropped),
  ]

  @Test("P4: nor does one that comes when one shard has passed a point and the other has not", arguments: betweenShards)
  func everyPointBetweenShards(moment: Story.Moment) async throws {
    let shards = try await Self.kill(at: moment, files: 2_000, others: 2_000)
    // The number of shards is that of the cores.
    #expect(ProcessInfo.processInfo.activeProcessorCount == 1 || shards.allSatisfy { $0 > 1 })
  }

  /// Where the first kill comes, and the points that the recovery from it must come to.
  static let recoveries: [(Story.Moment, [Point])] = [
    (
      .init(part: .indexing, point: .shardPlanned),
      [.walking, .walked, .willPlan, .shardPlanned, .planned, .listReported]
    ),
    (
      .init(part: .indexing, point: .committed),
      [.opened, .willClaim, .claimed, .fenceRaised, .attemptBegun, .fileWritten, .willCommit, .reported, .shardSynced]
    ),
    (.init(part: .resuming, point: .shardSynced), [.claimed, .fenceRaised, .shardCheckpointed, .finishing, .finished]),
    (.init(part: .cancelling, point: .controlled), [.takenOver, .fenceRaised, .listDropped, .finishing, .finished]),
    (.init(part: .losing, point: .takenOver), [.takenOver, .listDropped, .finished]),
  ]

  @Test("P4: nor does a second one, while the first is being recovered from", arguments: recoveries)
  func recovery(first: Story.Moment, points: [Point]) async throws {
    for point in points { try await Self.kill(at: first, thenAt: point, files: 300) }
  }

  /// Tells the story until `moment`, where the process is killed, and to its end.
  ///
  /// - Parameter second: where another process is killed that goes on after the first.
  /// - Returns: the shards of each project.
  @discardableResult
  private static func kill(
    at moment: Story.Moment, thenAt second: Point? = nil, files: Int, others: Int = 5
  ) async throws -> [Int] {
    let scratch = try Scratch("point")
    let expected = try await Straight.shared.outcome(files: files, others: others)
    let story = try Story(in: scratch.path("cut"), files: files, others: others)
    let when = "\(moment.part), \(moment.point)" + (second.map { ", then \($0)" } ?? "")
    // A point that the story does not come to ends the child well: the test fails.
    await #expect(processExitsWith: .signal(SIGKILL), "\(when)") {
      [story = story as Story, moment = moment as Story.Moment] in
      try await story.tell { now in
        if now == moment { Glibc.kill(getpid(), SIGKILL) }
      }
    }
    if let second {
      await #expect(processExitsWith: .signal(SIGKILL), "\(when)") {
        [story = story as Story, second = second as Point] in
        try await story.tell { now in
          if now.point == second { Glibc.kill(getpid(), SIGKILL) }
        }
      }
    }
    try await story.tell()
    let outcome = try story.outcome().map { $0.replacingOccurrences(of: scratch.path("cut"), with: "") }
    let difference = Set(outcome).symmetricDifference(expected).sorted().prefix(10)
    #expect(outcome == expected, "\(when): \(difference.joined(separator: "\n"))")
    let findings = try IndexingService(Settings(dataDirectory: story.data)).doctor()
    #expect(findings.filter { !$0.isWell } == [], "\(when)")
    return try story.shards()
  }
}

/// The story when nothing happens: what it leaves, and the moments it comes to.
private actor Straight {
  static let shared = Straight()
  private var known: [String: (outcome: [String], moments: Set<Story.Moment>)] = [:]

  func outcome(files: Int, others: Int) async throws -> [String] {
    try await told(files: files, others: others).outcome
  }

  /// In the order of their parts.
  func moments(files: Int) async throws -> [Story.Moment] {
    let moments = try await told(files: files, others: 5).moments
    return Story.Part.allCases.flatMap { part in moments.filter { $0.part == part } }
  }

  private func told(files: Int, others: Int) async throws -> (outcome: [String], moments: Set<Story.Moment>) {
    let key = "\(files) \(others)"
    if let told = known[key] { return told }
    let scratch = try Scratch("straight")
    let story = try Story(in: scratch.path, files: files, others: others)
    let moments = Mutex<Set<Story.Moment>>([])
    try await story.tell { now in moments.withLock { _ = $0.insert(now) } }
    let outcome = try story.outcome().map { $0.replacingOccurrences(of: scratch.path, with: "") }
    let told = (outcome, moments.withLock { $0 })
    known[key] = told
    return told
  }
}
