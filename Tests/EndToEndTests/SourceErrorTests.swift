import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("Trees with trouble in them")
  struct SourceErrors {
    @Test("A missing directory, and a file in its place, are root_unavailable, exit 1, and make no job")
    func missingDirectory() async throws {
      let scratch = try Scratch("tree")
      let file = try scratch.write("plain.txt", "words")
      let indexer = try Indexer()
      for path in [scratch.path("nowhere"), file] {
        let plain = try await indexer.run("start", path)
        #expect(plain.status == 1 && plain.errors.contains(path), "\(plain)")
        let json = try await indexer.run("start", "--json", path)
        #expect(json.status == 1)
        #expect(try ErrorView.decode(json.output).code == "root_unavailable")
      }
      #expect(try await indexer.jobs().isEmpty)
      #expect(try await indexer.succeed("projects").output.isEmpty)
    }

    @Test("An empty tree is done, with nothing found")
    func emptyTree() async throws {
      let scratch = try Scratch("tree")
      try FileManager.default.createDirectory(atPath: scratch.path("empty"), withIntermediateDirectories: true)
      let indexer = try Indexer()
      let result = try await indexer.succeed("start", scratch.path("empty"))
      #expect(result.output.contains("0 found"), "\(result)")
    }

    @Test("A tree of which everything is ignored says so, and names the rule")
    func allIgnored() async throws {
      let scratch = try Scratch("tree")
      try scratch.write("tree/.gitignore", "# all\n*\n")
      for name in ["a.txt", "b.txt"] { try scratch.write("tree/\(name)", "words") }
      let indexer = try Indexer()
      let result = try await indexer.succeed("start", scratch.path("tree"))
      #expect(result.output.contains("all 3 ignored, by .gitignore:2"), "\(result)")
      let job = try #require(try await indexer.jobs().first)
      #expect(job.files.found == 0 && job.files.ignored == 3)
      #expect(job.ignoredBy == [.init(rule: ".gitignore:2", count: 3)])
      let why = try await indexer.succeed("why", scratch.path("tree/a.txt"))
      #expect(why.output.contains(".gitignore:2"), "\(why)")
    }

    @Test("P8: a file that cannot be read is one failed file, and is read once it can be")
    func unreadable() async throws {
      let scratch = try Scratch("tree")
      let good = try scratch.write("tree/good.txt", "readable words")
      // Whatever umask the product has set in this process, in another test.
      chmod(good, 0o644)
      let bad = try scratch.write("tree/bad.txt", "hidden words")
      chmod(bad, 0)
      let user = try UnprivilegedIndexer(sharing: [scratch.path, scratch.path("tree")], owning: [bad])
      let first = try await user.run("start", scratch.path("tree"))
      expectClean(first)
      #expect(first.status == 0 && first.output.contains("1 permission_denied"), "\(first)")
      let listed = try await user.run("status", "--files", "failed", "--json")
      #expect(
        try FileView.decodeLines(listed.output).map { [$0.path, $0.reason] } == [[bad, "permission_denied"]])
      #expect(try SearchView.decode(try await user.run("search", "--json", "readable").output).hits.count == 1)
      chmod(bad, 0o644)
      let second = try await user.run("start", scratch.path("tree"))
      #expect(second.status == 0, "\(second)")
      #expect(try SearchView.decode(try await user.run("search", "--json", "hidden").output).hits.count == 1)
    }

    @Test("A directory that cannot be read fails as a file does, and nothing below it leaves the index")
    func unreadableDirectory() async throws {
      let scratch = try Scratch("tree")
      try scratch.write("tree/good.txt", "readable words")
      let inner = try scratch.write("tree/inner/kept.txt", "kept words")
      let directory = scratch.path("tree/inner")
      let user = try UnprivilegedIndexer(
        sharing: [scratch.path, scratch.path("tree"), directory], owning: [inner, directory])
      #expect(try await user.run("start", scratch.path("tree")).status == 0)
      chmod(directory, 0)
      defer { chmod(directory, 0o755) }
      let second = try await user.run("start", scratch.path("tree"))
      expectClean(second)
      #expect(second.status == 0 && second.output.contains("permission_denied"), "\(second)")
      #expect(try SearchView.decode(try await user.run("search", "--json", "kept").output).hits.count == 1)
    }

    @Test("A file that vanishes between walk and read is failed(vanished); the job completes")
    func vanishes() async throws {
      let tree = try HeldTree()
      let id = try await tree.startAndPause()
      try FileManager.default.removeItem(atPath: tree.late)
      try await tree.indexer.succeed("resume", id)
      let job = try await tree.indexer.wait(for: id, toBe: "completed")
      #expect(job.reasons.failed == ["vanished": 1], "\(job)")
      #expect(job.files.addsUp && job.files.pending == 0)
    }

    @Test("P12: a directory that is swapped for a link between walk and read is not followed")
    func swappedForLink() async throws {
      let tree = try HeldTree()
      let outside = tree.scratch.path("outside")
      try tree.scratch.write("outside/late.txt", "outsideword")
      let id = try await tree.startAndPause()
      let watch = try OpenWatch(outside)
      let directory = tree.root + "/zzz"
      try FileManager.default.moveItem(atPath: directory, toPath: tree.scratch.path("moved"))
      try FileManager.default.createSymbolicLink(atPath: directory, withDestinationPath: outside)
      try await tree.indexer.succeed("resume", id)
      let job = try await tree.indexer.wait(for: id, toBe: "completed")
      #expect(try watch.drain().isEmpty, "opened through the link")
      #expect(
        job.files.failed == 1 && job.reasons.failed.keys.allSatisfy { ["replaced", "vanished"].contains($0) }, "\(job)")
      #expect(try await tree.indexer.search("outsideword").hits.isEmpty)
      // The next walk sees the link, and the file is gone with the directory.
      try await tree.indexer.succeed("start", tree.root)
      let next = try #require(try await tree.indexer.jobs().first)
      #expect(next.reasons.skipped["symbolic_link"] == 1 && next.files.failed == 0, "\(next)")
      #expect(try watch.drain().isEmpty)
    }

    @Test("A file of the same size whose time was put back is found by the next run")
    func changedInPlace() async throws {
      let scratch = try Scratch("tree")
      let file = try scratch.write("tree/one.txt", "before")
      let still = try scratch.write("tree/two.txt", "steady")
      let indexer = try Indexer()
      try await indexer.succeed("start", scratch.path("tree"))
      for path in [file, still] {
        var times = [timespec(tv_sec: 1_700_000_000, tv_nsec: 0), timespec(tv_sec: 1_700_000_000, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
      }
      try await indexer.succeed("start", scratch.path("tree"))
      var status = stat()
      #expect(stat(file, &status) == 0)
      try Data("after!".utf8).write(to: URL(fileURLWithPath: file), options: [])
      // As `touch -r` does.
      var times = [status.st_atim, status.st_mtim]
      #expect(utimensat(AT_FDCWD, file, &times, 0) == 0)
      #expect(try await indexer.search("before").hits.first?.stale == true)
      try await indexer.succeed("start", scratch.path("tree"))
      let job = try #require(try await indexer.jobs().first)
      #expect(job.files.indexed == 1 && job.files.unchanged == 1, "\(job)")
      #expect(try await indexer.search("before").hits.isEmpty)
      #expect(try await indexer.search("after").hits.map(\.stale) == [false])
    }

    @Test(
      "A file that becomes a directory and a file again, and one that another is moved over, are followed each time")
    func replaced() async throws {
      let scratch = try Scratch("tree")
      let files = FileManager.default
      let place = scratch.path("tree/place")
      try scratch.write("tree/place", "first words")
      try scratch.write("tree/target", "older words")
      let indexer = try Indexer()
      func found(_ word: String) async throws -> Set<String> { try await indexer.search(word).paths }
      try await indexer.succeed("start", scratch.path("tree"))
      #expect(try await found("first") == [place])

      try files.removeItem(atPath: place)
      try scratch.write("tree/place/inner", "second words")
      try scratch.write("tree/newer", "newer words")
      #expect(rename(scratch.path("tree/newer"), scratch.path("tree/target")) == 0)
      try await indexer.succeed("start", scratch.path("tree"))
      #expect(try await found("first").isEmpty)
      #expect(try await found("second") == [place + "/inner"])
      #expect(try await found("older").isEmpty)
      #expect(try await found("newer") == [scratch.path("tree/target")])

      try files.removeItem(atPath: place)
      try scratch.write("tree/place", "third words")
      try await indexer.succeed("start", scratch.path("tree"))
      #expect(try await found("second").isEmpty)
      #expect(try await found("third") == [place])
      try await IndexFiles(indexer).expectIntegrity()
    }

    @Test("A second run of an unchanged tree opens no file")
    func secondRun() async throws {
      let scratch = try Scratch("tree")
      let tree = try SampleTree(at: scratch.path("tree"), seed: 8, plain: 100)
      // Entries younger than two seconds prove nothing.
      let indexer = try Indexer()
      try await indexer.succeed("start", tree.root)
      try await Task.sleep(for: .milliseconds(2_100))
      try await indexer.succeed("start", tree.root)
      let watch = try OpenWatch(tree.root)
      try await indexer.succeed("start", tree.root)
      #expect(try watch.drain().isEmpty)
      let job = try #require(try await indexer.jobs().first)
      #expect(job.files.indexed == 0 && job.files.unchanged == tree.files - 3 && job.files.skipped == 3, "\(job)")
    }
  }
}
