import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("P8: Roots that come and go")
  struct Roots {
    @Test("P8: a root that is away fails the run and keeps the index; once it is back, resume goes on")
    func awayAndBack() async throws {
      let (indexer, root) = try await Self.indexed()
      let away = indexer.scratch.path("away")
      try FileManager.default.moveItem(atPath: root, toPath: away)
      let result = try await indexer.run("start", "--all", "--json")
      #expect(result.status == 1, "\(result)")
      let job = try #require(try await indexer.jobs().first)
      #expect(job.status == "failed" && job.error?.code == "root_unavailable", "\(job)")
      #expect(job.error?.message.contains(root) == true)
      let hits = try await indexer.search("apple").hits
      #expect(hits.map(\.path) == [root + "/a/one.txt"] && hits.allSatisfy(\.stale))

      try FileManager.default.moveItem(atPath: away, toPath: root)
      try await indexer.succeed("resume", job.id)
      let resumed = try await indexer.wait(for: job.id, toBe: "completed")
      #expect(resumed.files.found == 3 && resumed.files.removed == 0 && resumed.error == nil)
      #expect(try await indexer.search("apple").hits.map(\.stale) == [false])
    }

    @Test("P8: one directory that is away keeps start --all from none of the others")
    func oneAway() async throws {
      let (indexer, root) = try await Self.indexed()
      try indexer.scratch.write("other/two.txt", "banana")
      try await indexer.succeed("start", indexer.scratch.path("other"))
      try FileManager.default.moveItem(atPath: root, toPath: indexer.scratch.path("away"))
      try indexer.scratch.write("other/four.txt", "damson")
      #expect(try await indexer.run("start", "--all").status == 1)
      #expect(try await indexer.search("damson").hits.count == 1)
      #expect(try await indexer.jobs().allSatisfy { $0.status == "completed" || $0.status == "failed" })
    }

    @Test("P8: a root that goes away in the middle of a job fails the job, not each of its files")
    func awayInTheMiddle() async throws {
      let tree = try HeldTree()
      let id = try await tree.startAndPause()
      let away = tree.scratch.path("away")
      try FileManager.default.moveItem(atPath: tree.root, toPath: away)
      try await tree.indexer.succeed("resume", id)
      let job = try await tree.indexer.wait(for: id, toBe: "failed")
      #expect(job.error?.code == "root_unavailable" && job.files.failed == 0 && job.files.addsUp, "\(job)")
      try FileManager.default.moveItem(atPath: away, toPath: tree.root)
      try await tree.indexer.succeed("resume", id)
      let end = try await tree.indexer.wait(for: id, toBe: "completed")
      #expect(end.files.indexed == end.files.found && end.files.found == 12, "\(end)")
    }

    @Test("Files that are gone, and those that rules leave out later, leave the index; others stay")
    func removal() async throws {
      let (indexer, root) = try await Self.indexed()
      try FileManager.default.removeItem(atPath: root + "/a/one.txt")
      try await indexer.succeed("start", root)
      #expect(try #require(try await indexer.jobs().first).files.removed == 1)
      #expect(try await indexer.search("apple").hits.isEmpty)

      try await indexer.succeed("start", root, "--exclude", "b")
      let excluded = try #require(try await indexer.jobs().first)
      #expect(excluded.files.removed == 1 && excluded.files.found == 1 && excluded.files.ignored == 1, "\(excluded)")
      #expect(try await indexer.search("banana").hits.isEmpty)
      #expect(try await indexer.search("cherry").hits.count == 1)

      try Data("c\n".utf8).write(to: URL(fileURLWithPath: root + "/.gitignore"))
      try await indexer.succeed("start", root)
      #expect(try await indexer.search("cherry").hits.isEmpty)
      try await indexer.succeed("start", root, "--no-ignore", "--exclude", "nothing")
      for word in ["banana", "cherry"] { #expect(try await indexer.search(word).hits.count == 1) }
      try await IndexFiles(indexer).expectIntegrity()
    }

    private static func indexed() async throws -> (Indexer, String) {
      let indexer = try Indexer()
      for (name, text) in [("a/one.txt", "apple"), ("b/two.txt", "banana"), ("c/three.txt", "cherry")] {
        try indexer.scratch.write("tree/\(name)", text)
      }
      try await indexer.succeed("start", indexer.scratch.path("tree"))
      return (indexer, indexer.scratch.path("tree"))
    }
  }
}
