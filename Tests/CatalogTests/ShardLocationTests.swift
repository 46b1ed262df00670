import IndexModel
import SQLiteStore
import Testing

@testable import Catalog

@Suite("ShardLocation")
struct ShardLocationTests {
  struct Known: Sendable {
    var path: [UInt8]
    /// Among 1 to 8 shards.
    var shards: [Int]
  }

  @Test(
    "Where a file belongs is part of the format and never changes",
    arguments: [
      Known(path: [], shards: [0, 1, 0, 1, 0, 3, 6, 1]),
      Known(path: Array("a".utf8), shards: [0, 0, 1, 0, 4, 4, 1, 0]),
      Known(path: Array("Makefile".utf8), shards: [0, 0, 0, 0, 2, 0, 6, 0]),
      Known(path: Array("kernel/sched/core.c".utf8), shards: [0, 1, 2, 3, 0, 5, 0, 7]),
      Known(path: [0xff, 0x0a, 0x2f, 0x78], shards: [0, 1, 0, 3, 3, 3, 4, 7]),
    ])
  func stable(_ known: Known) {
    #expect(
      (1...8).map { ShardLocation.shard(of: RelativePath(bytes: known.path), among: $0) } == known.shards)
  }

  @Test("Files of a tree are spread evenly", arguments: 2...8)
  func balanced(shards: Int) {
    var counts = Array(repeating: 0, count: shards)
    for directory in 0..<40 {
      for file in 0..<250 {
        counts[ShardLocation.shard(of: RelativePath("drivers/net/d\(directory)/file_\(file).c"), among: shards)] += 1
      }
    }
    let fair = 10_000 / shards
    for count in counts { #expect(abs(count - fair) * 10 < fair, "\(counts)") }
  }

  @Test(
    "A generation has a shard for each core, at most eight, and one when it is small",
    arguments: [
      (0, 8, 1), (1_999, 8, 1), (2_000, 0, 1), (2_000, 1, 1), (2_000, 2, 2), (100_000, 8, 8), (100_000, 64, 8),
    ])
  func shardCount(files: Int, cores: Int, shards: Int) {
    #expect(ShardLocation.shardCount(files: files, cores: cores) == shards)
  }
}
