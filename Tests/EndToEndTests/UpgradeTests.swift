import Foundation
import TestSupport
import Testing

extension EndToEnd {
  /// Data directories that earlier versions of the program have written (`tools/data-fixture`).
  @Suite("Data of earlier versions")
  struct Upgrades {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures")

    static let versions = ["queue1-shard2", "queue2-shard3", "queue3-shard4", "queue4-shard4"]

    private struct Answer: Decodable {
      struct Hit: Decodable {
        var path: String
        var snippet: String
      }
      var hits: [Hit]
    }

    private struct Jobs: Decodable {
      struct Job: Decodable {
        var id: String
        var status: String
      }
      var jobs: [Job]
    }

    @Test("Each opens, and keeps its jobs and answers; its jobs go on", arguments: versions)
    func opens(version: String) async throws {
      let indexer = try Indexer()
      let fixture = Self.fixtures.appending(path: version)
      try FileManager.default.copyItem(atPath: fixture.path, toPath: indexer.dataDirectory)
      chmod(indexer.dataDirectory, 0o700)
      func expected<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: fixture.appending(path: name)))
      }

      let answer = try await indexer.search("shared")
      let known = try expected("search.json", as: Answer.self)
      #expect(Set(answer.hits.map(\.path)) == Set(known.hits.map(\.path)) && answer.hits.count == 12)
      #expect(Set(answer.hits.map(\.snippet)) == Set(known.hits.map(\.snippet)))
      let jobs = try await indexer.jobs()
      #expect(
        jobs.map { "\($0.id) \($0.status)" }
          == (try expected("jobs.json", as: Jobs.self).jobs.map { "\($0.id) \($0.status)" }))
      #expect(try await indexer.run("doctor").status == 0)

      // The tree, as far as the test needs it, somewhere else; the paused job goes on there.
      for name in ["notes/deep/n1.txt", "other/later.txt"] {
        try indexer.scratch.write(
          "tree/" + name, name.hasPrefix("other") ? "not yet indexed\n" : "note number 1\nword1 shared\n")
      }
      _ = try await IndexFiles(indexer).rows(
        indexer.dataDirectory + "/queue.db",
        """
        UPDATE sources SET path = replace(path, '/tmp/indexer-fixture', '\(indexer.scratch.path("tree"))'), device = NULL;
        UPDATE indexing_jobs SET directory_path = replace(directory_path, '/tmp/indexer-fixture', '\(indexer.scratch.path("tree"))');
        """, readOnly: false)
      try await indexer.succeed("resume", jobs[0].id)
      _ = try await indexer.wait(for: jobs[0].id, toBe: "completed")
      #expect(try await indexer.search("later").hits.count == 1)
      try await indexer.succeed("start", "--snapshot", indexer.scratch.path("tree/notes"))
      let last = try #require(try await indexer.jobs().first)
      #expect(last.files.found == 1 && last.files.unchanged == 1 && last.files.removed == 14, "\(last)")
      #expect(try await indexer.search("shared").hits.count == 1)
      try await indexer.succeed("snapshots", "rollback", "--project", "notes")
      #expect(try await indexer.search("shared").hits.count == 12)
      #expect(try await indexer.run("doctor").status == 0)
    }
  }
}
