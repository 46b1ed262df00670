import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("What is said of a tree and its jobs")
  struct Reports {
    @Test("A dry run tells what a job would do, and makes nothing")
    func dryRun() async throws {
      let scratch = try Scratch("tree")
      let root = scratch.path("tree")
      for name in ["same", "changed", "gone"] { try scratch.write("tree/\(name).txt", "words of \(name)") }
      try scratch.write("tree/.gitignore", "*.log\n")
      try scratch.write("tree/noise.log", "noise")
      let indexer = try Indexer()
      try #require(try await Self.dryRun(root, indexer) == ["found": 4, "new": 4, "ignored": 1])
      #expect(try await indexer.jobs().isEmpty)
      #expect(try await indexer.succeed("projects").output.isEmpty)

      try await indexer.succeed("start", root)
      // Entries younger than two seconds prove nothing.
      try await Task.sleep(for: .milliseconds(2_100))
      try await indexer.succeed("start", root)
      try scratch.write("tree/changed.txt", "other words")
      try scratch.write("tree/new.txt", "new words")
      try FileManager.default.removeItem(atPath: root + "/gone.txt")
      try FileManager.default.createSymbolicLink(atPath: root + "/link", withDestinationPath: "/etc/passwd")
      #expect(
        try await Self.dryRun(root, indexer) == [
          "found": 5, "new": 1, "changed": 1, "unchanged": 2, "removed": 1, "ignored": 1, "symbolic_link": 1,
        ])
      let text = try await indexer.succeed("start", "--dry-run", root)
      #expect(text.output.contains(".gitignore:1") && text.output.contains("1 symbolic_link"), "\(text)")
      #expect(try await indexer.jobs().count == 2)
      #expect(try await indexer.search("gone").paths == [root + "/gone.txt"])
    }

    /// The counts of a dry run that are not 0, the reasons of skipped files among them.
    private static func dryRun(_ root: String, _ indexer: Indexer) async throws -> [String: Int] {
      let output = try await indexer.succeed("start", "--dry-run", root, "--json").output
      let object = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
      var counts = object.compactMapValues { $0 as? Int }
      counts["bytes"] = nil
      for reasons in ["skipped", "failed"] {
        counts.merge(try #require(object[reasons] as? [String: Int])) { $0 + $1 }
      }
      return counts.filter { $0.value != 0 }
    }

    @Test("Status without an id: the unfinished jobs, paused ones last; else the latest")
    func status() async throws {
      let scratch = try Scratch("tree")
      for name in ["a", "b", "c"] { try scratch.write("\(name)/one.txt", "words") }
      let indexer = try Indexer()
      let nothing = try await indexer.succeed("status")
      #expect(nothing.output.isEmpty && nothing.errors.contains("indexer start DIR"), "\(nothing)")
      try await indexer.succeed("start", scratch.path("a"))
      try await indexer.succeed("start", scratch.path("b"))
      let latest = try await indexer.succeed("status")
      #expect(latest.output.contains(scratch.path("b")) && !latest.output.contains(scratch.path("a")), "\(latest)")

      let held = try HeldTree()
      let id = try await held.startAndPause()
      let paused = try await held.indexer.succeed("status")
      #expect(paused.output.contains(held.root) && paused.output.contains("paused"), "\(paused)")
      let files = try await held.indexer.succeed("status", "--files", "pending")
      #expect(files.output.contains(held.late), "\(files)")
      let unknown = try await held.indexer.run("status", "ffffffff")
      #expect(unknown.status == 3, "\(unknown)")
      try await held.indexer.succeed("cancel", id)
    }

    @Test("status --watch follows a job to its end, also by a worker that comes later")
    func watch() async throws {
      let held = try HeldTree()
      let id = try await held.startAndPause()
      let settled = try await held.indexer.run("status", id, "--watch")
      #expect(settled.status == 6 && settled.output.contains("indexer resume \(id)"), "\(settled)")
      try await held.indexer.succeed("resume", id)
      let watching = try held.indexer.spawn(["status", "--watch", "--json"])
      let end = try await watching.end(within: 60)
      expectClean(end)
      #expect(end.status == 0, "\(end)")
      let last = try JobView.decode(try #require(end.lines.last))
      #expect(last.id == id && last.status == "completed", "\(last)")
    }
  }
}
