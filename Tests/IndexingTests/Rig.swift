import Foundation
import IndexModel
import Testing

@testable import Indexing

/// A tree to index and a data directory, in a scratch directory of their own that goes with the rig.
final class Rig: Sendable {
  let scratch: String
  let tree: String
  var data: String { scratch + "/data" }

  init() throws {
    let made = FileManager.default.temporaryDirectory.path + "/indexing-tests-\(UUIDv7.make())"
    try FileManager.default.createDirectory(atPath: made + "/tree", withIntermediateDirectories: true)
    // Free of links: the product resolves them, and paths are compared.
    scratch = URL(fileURLWithPath: made).resolvingSymlinksInPath().path
    tree = scratch + "/tree"
  }

  deinit {
    // A thread that has just ended may still be closing its connection, which takes a log away under the removal.
    var trouble: (any Error)?
    for _ in 0..<20 {
      do {
        try FileManager.default.removeItem(atPath: scratch)
        return
      } catch {
        trouble = error
        usleep(50_000)
      }
    }
    Issue.record("the scratch directory \(scratch) could not be removed: \(trouble.map { "\($0)" } ?? "")")
  }

  func service(_ hooks: IndexHooks = IndexHooks(), change: (inout Settings) -> Void = { _ in }) throws
    -> IndexingService
  {
    var settings = Settings(dataDirectory: data)
    settings.minimumFreeBytes = 0
    change(&settings)
    return try IndexingService(settings, hooks: hooks)
  }

  func write(_ text: String, to path: String) throws {
    let url = URL(fileURLWithPath: "\(tree)/\(path)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: "\(tree)/\(path)") }

  /// Writes `count` small files in a few directories, each with a word of its own.
  func writeFiles(_ count: Int) throws {
    for number in 0..<count {
      try write("file number \(number)\nword\(number) shared\n", to: "d\(number % 7)/f\(number).txt")
    }
  }

  /// Makes a job and runs it to its end in this process.
  @discardableResult
  func index(
    _ service: IndexingService, _ changes: WalkChanges = WalkChanges(), build: BuildMode = .inPlace
  ) async throws -> JobReport {
    let request = StartRequest(directory: tree, changes: changes, build: build, requestedBy: "test")
    let job = try service.start(request).job
    return try await run(job.id, service)
  }

  /// Runs a worker until the job is settled.
  @discardableResult
  func run(_ id: String, _ service: IndexingService) async throws -> JobReport {
    try await service.runWorker(.untilSettled(job: id), stop: StopSwitch(), whenReady: {})
    return try service.job(id)
  }

  /// The paths, below the tree, of the files that a search finds.
  func paths(_ query: String, _ service: IndexingService) throws -> Set<String> {
    let response = try service.search(SearchRequest(query: query, limit: 10_000))
    return Set(response.hits.map { String($0.path.dropFirst(tree.count + 1)) })
  }

  /// Everything of the index that must not depend on how it came about (P4).
  func contents(_ service: IndexingService) throws -> [String] {
    var lines: [String] = []
    let job = try #require(try service.latestJob())
    for outcome in OutcomeName.allCases where outcome != .removed {
      try service.files(job.id, outcome: outcome) { file in
        lines.append(
          "\(file.path) \(file.outcome == .unchanged ? .indexed : file.outcome) \(file.reason ?? "-") \(file.contentHash ?? "-")"
        )
      }
    }
    return lines.sorted()
  }
}

/// What a test throws to stop a run in its tracks, as a crash would: nothing after it happens.
struct Crash: Error {}
