import Foundation
import TestSupport
import Testing

/// A job that is paused in the middle of a large file, with a small file behind it that is still to be read.
struct HeldTree {
  let scratch: Scratch
  let indexer: Indexer
  let root: String
  let late: String

  init() throws {
    scratch = try Scratch("tree")
    root = scratch.path("tree")
    var tree = try SampleTree(at: root, seed: 9, plain: 10, isOdd: false)
    try tree.addHuge("huge.txt", megabytes: 40)
    late = try scratch.write("tree/zzz/late.txt", "latecomer")
    indexer = try Indexer()
  }

  /// - Returns: the job's id.
  func startAndPause() async throws -> String {
    let id = try await indexer.startInBackground(root)
    try #require(
      try await poll(within: 30) { try await indexer.job(id).current.contains { $0.path.hasSuffix("huge.txt") } })
    try await indexer.succeed("pause", id)
    try await indexer.wait(for: id, toBe: "paused")
    return id
  }
}
