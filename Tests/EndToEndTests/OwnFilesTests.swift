import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("P11: The program's own files in the tree")
  struct OwnFiles {
    @Test("P11: the data directory inside the tree, and other names of its files, are never opened by a run")
    func insideTheTree() async throws {
      let scratch = try Scratch("tree")
      let root = scratch.path("tree")
      try scratch.write("tree/one.txt", "apple")
      let indexer = try Indexer(dataDirectory: root + "/.index")
      try await indexer.succeed("start", root)
      try FileManager.default.createDirectory(atPath: root + "/names", withIntermediateDirectories: true)
      let shard = try #require(IndexFiles(indexer).shards.first)
      for (name, file) in [("queue", "\(root)/.index/queue.db"), ("shard.txt", shard)] {
        try FileManager.default.linkItem(atPath: file, toPath: "\(root)/names/\(name)")
      }
      try FileManager.default.createSymbolicLink(
        atPath: root + "/names/link", withDestinationPath: "../.index/queue.db")
      try FileManager.default.createSymbolicLink(atPath: root + "/names/directory", withDestinationPath: "../.index")

      let watch = try OpenWatch(root + "/names")
      try scratch.write("tree/two.txt", "banana")
      try await indexer.succeed("start", root)
      #expect(try watch.drain().isEmpty)
      let job = try #require(try await indexer.jobs().first)
      #expect(job.reasons.skipped == ["own_database": 3, "symbolic_link": 2], "\(job)")
      #expect(job.files.found == 7 && job.files.failed == 0)
      #expect(try await indexer.search("banana").hits.count == 1)
      let why = try await indexer.succeed("why", root + "/names/queue")
      #expect(why.output.contains("own_database"), "\(why)")
      // A second connection's locks were not dropped: what was acknowledged is there, and whole.
      #expect(try await indexer.jobs().count == 2)
      try await IndexFiles(indexer).expectIntegrity()
    }

    @Test("P12: symbolic links are skipped, also one that is the tree's way out")
    func links() async throws {
      let scratch = try Scratch("tree")
      let root = scratch.path("tree")
      try scratch.write("tree/one.txt", "apple")
      try scratch.write("outside/secret.txt", "outsideword")
      try FileManager.default.createSymbolicLink(atPath: root + "/out", withDestinationPath: scratch.path("outside"))
      try FileManager.default.createSymbolicLink(
        atPath: root + "/file", withDestinationPath: scratch.path("outside/secret.txt"))
      try FileManager.default.createSymbolicLink(atPath: root + "/loop", withDestinationPath: ".")
      #expect(mkfifo(root + "/fifo", 0o600) == 0)
      let indexer = try Indexer()
      try await indexer.succeed("start", root)
      let job = try #require(try await indexer.jobs().first)
      #expect(job.reasons.skipped == ["symbolic_link": 3, "fifo": 1] && job.files.indexed == 1, "\(job)")
      #expect(try await indexer.search("outsideword").hits.isEmpty)
      // Named itself, a link to a directory is the directory.
      try await indexer.succeed("start", root + "/out")
      #expect(try await indexer.search("outsideword").paths == [scratch.path("outside/secret.txt")])
    }
  }
}
