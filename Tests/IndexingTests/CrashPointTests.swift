import Foundation
import IndexModel
import TestSupport
import Testing

@testable import Indexing

@Suite("Killed at every point")
struct CrashPointTests {
  /// With two shards, where a kill can come between them.
  static let betweenShards: [IndexHooks.Point] = [
    .fenceRaised, .willPlan, .shardPlanned, .willCommit, .committed, .shardSynced, .shardCheckpointed, .listDropped,
  ]

  @Test("P1 P4 P7: a kill at any point changes nothing in the end", arguments: IndexHooks.Point.allCases)
  func everyPoint(point: IndexHooks.Point) async throws {
    try await Self.kill(at: point, files: 300)
  }

  @Test("P4: nor does one that comes when one shard has passed a point and the other has not", arguments: betweenShards)
  func everyPointBetweenShards(point: IndexHooks.Point) async throws {
    try await Self.kill(at: point, files: 2_000)
  }

  private static func kill(at point: IndexHooks.Point, files: Int) async throws {
    let scratch = try Scratch("point")
    let expected = try await Straight.shared.outcome(files: files)
    let story = try Story(in: scratch.path("cut"), files: files)
    // A point that the story does not come to ends the child well: the test fails.
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [story = story as Story, point = point as IndexHooks.Point] in
      try await story.tell { now in
        if now == point { Glibc.kill(getpid(), SIGKILL) }
      }
    }
    try await story.tell { _ in }
    let outcome = try story.outcome().map { $0.replacingOccurrences(of: scratch.path("cut"), with: "") }
    let difference = Set(outcome).symmetricDifference(expected).sorted().prefix(10)
    #expect(outcome == expected, "\(difference.joined(separator: "\n"))")
    let findings = try IndexingService(Settings(dataDirectory: story.data)).doctor()
    #expect(findings.filter { !$0.isWell } == [])
  }
}

/// What the story leaves when nothing happens.
private actor Straight {
  static let shared = Straight()
  private var outcomes: [Int: [String]] = [:]

  func outcome(files: Int) async throws -> [String] {
    if let known = outcomes[files] { return known }
    let scratch = try Scratch("straight")
    let story = try Story(in: scratch.path, files: files)
    try await story.tell { _ in }
    let outcome = try story.outcome().map { $0.replacingOccurrences(of: scratch.path, with: "") }
    outcomes[files] = outcome
    return outcome
  }
}
