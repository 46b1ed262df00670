import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("Pause, cancel and signals")
  struct Pausing {
    /// What the product promises is 1; the bound leaves room for a machine that does other things.
    private static let bound = 3.0

    @Test("P5: a pause in the middle of a 60 MB file acts at once, and outlives a reboot and cron's call")
    func pauseInLargeFile() async throws {
      let (indexer, tree, _scratch) = try Self.hugeTree()
      defer { withExtendedLifetime(_scratch) {} }
      let id = try await indexer.startInBackground(tree.root)
      try await Self.waitForHugeFile(id, indexer)
      let asked = ContinuousClock.now
      try await indexer.succeed("pause", id)
      let paused = try await indexer.wait(for: id, toBe: "paused")
      let seconds = Self.seconds(since: asked)
      print("pause during a 60 MB file: \(seconds) s")
      #expect(seconds < Self.bound)
      #expect(paused.pauseReason == "user" && paused.files.addsUp && paused.files.pending > 0)
      try await indexer.succeed("pause", id)

      try await indexer.killWorkers()
      try await indexer.succeed("resume", "--interrupted")
      #expect(indexer.workers.isEmpty)
      #expect(try await indexer.job(id).status == "paused")
      try await IndexFiles(indexer).expectIntegrity()

      try await indexer.succeed("resume", id)
      let job = try await indexer.wait(for: id, toBe: "completed")
      #expect(job.files.indexed == tree.files && job.attempt == 1)
      #expect(
        try await indexer.moves(id) == [
          ">queued", "queued>running", "running>pausing", "pausing>paused", "paused>queued", "queued>running",
          "running>completed",
        ])
    }

    @Test("P5: a cancellation in the middle of a 60 MB file acts at once and leaves no file list behind")
    func cancelInLargeFile() async throws {
      let (indexer, tree, _scratch) = try Self.hugeTree()
      defer { withExtendedLifetime(_scratch) {} }
      let id = try await indexer.startInBackground(tree.root)
      try await Self.waitForHugeFile(id, indexer)
      let before = try await indexer.search(SampleTree.everywhere).paths
      let asked = ContinuousClock.now
      try await indexer.succeed("cancel", id)
      try await indexer.wait(for: id, toBe: "cancelled")
      let seconds = Self.seconds(since: asked)
      print("cancel during a 60 MB file: \(seconds) s")
      #expect(seconds < Self.bound)
      let left = try await IndexFiles(indexer).shardRows(
        "SELECT count(*) FROM manifest; SELECT count(*) FROM manifest_headers")
      #expect(left.allSatisfy { $0 == "0" }, "\(left)")
      #expect(before.isSubset(of: try await indexer.search(SampleTree.everywhere).paths))

      for verb in ["pause", "resume"] {
        let refused = try await indexer.run(verb, id)
        #expect(refused.status == 4 && refused.errors.contains("cancelled"), "\(refused)")
      }
      #expect(try await indexer.run("cancel", id).status == 0)
      let files = try await indexer.run("status", id, "--files", "pending")
      #expect(files.status == 3, "\(files)")
    }

    @Test("A pause asked of a worker that was killed meanwhile is finished by whoever looks")
    func pauseOfDeadWorker() async throws {
      let (indexer, tree, _scratch) = try Self.hugeTree()
      defer { withExtendedLifetime(_scratch) {} }
      let id = try await indexer.startInBackground(tree.root)
      try await Self.waitForHugeFile(id, indexer)
      try await indexer.killWorkers()
      let answer = try await indexer.succeed("pause", id)
      #expect(answer.output.contains("paused"))
      #expect(try await indexer.job(id).status == "paused")
      try await indexer.succeed("resume", "--interrupted")
      #expect(try await indexer.job(id).status == "paused")
      try await indexer.succeed("cancel", id)
      #expect(try await indexer.job(id).status == "cancelled")
      let left = try await IndexFiles(indexer).shardRows(
        "SELECT count(*) FROM manifest; SELECT count(*) FROM manifest_headers")
      #expect(left.allSatisfy { $0 == "0" }, "\(left)")
    }

    @Test("SIGTERM gives the job back to the queue, its attempt restored")
    func terminate() async throws {
      let (indexer, tree, _scratch) = try Self.hugeTree()
      defer { withExtendedLifetime(_scratch) {} }
      let id = try await indexer.startInBackground(tree.root)
      try await Self.waitForHugeFile(id, indexer)
      let asked = ContinuousClock.now
      for pid in indexer.workers { kill(pid, SIGTERM) }
      try await indexer.waitForIdle()
      print("SIGTERM during a 60 MB file: \(Self.seconds(since: asked)) s")
      let job = try await indexer.job(id)
      #expect(job.status == "queued" && job.attempt == 0 && !job.interrupted && job.files.addsUp)
      try await indexer.succeed("resume", "--interrupted")
      #expect(try await indexer.wait(for: id, toBe: "completed").attempt == 1)
    }

    @Test("Ctrl-C in a foreground start pauses the job and says how to go on")
    func interrupt() async throws {
      let (indexer, tree, _scratch) = try Self.hugeTree()
      defer { withExtendedLifetime(_scratch) {} }
      let start = try indexer.spawn(["start", tree.root])
      let id = try await Self.jobAtHugeFile(indexer)
      start.signal(SIGINT)
      let result = try await start.end(within: 20)
      expectClean(result)
      #expect(result.status == 130)
      #expect(result.everything.contains("indexer resume \(id)"), "\(result)")
      let job = try await indexer.job(id)
      #expect(job.status == "paused" && job.pauseReason == "user")
    }

    @Test("A second Ctrl-C leaves at once, and the job can go on")
    func interruptTwice() async throws {
      let (indexer, tree, _scratch) = try Self.hugeTree()
      defer { withExtendedLifetime(_scratch) {} }
      let start = try indexer.spawn(["start", tree.root])
      let id = try await Self.jobAtHugeFile(indexer)
      start.signal(SIGSTOP)
      // Two signals of a kind would be one while it is stopped.
      start.signal(SIGCONT)
      start.signal(SIGINT)
      try await Task.sleep(for: .milliseconds(5))
      start.signal(SIGINT)
      let result = try await start.end(within: 20)
      #expect(result.status == 130)
      let job = try await indexer.job(id)
      #expect(job.status == "paused" || job.interrupted, "\(job)")
      try await IndexFiles(indexer).expectIntegrity()
      try await indexer.succeed("resume", id)
      try await indexer.succeed("resume", "--interrupted")
      #expect(try await indexer.wait(for: id, toBe: "completed").files.indexed == tree.files)
    }

    @Test("A foreground start whose job somebody else pauses or cancels ends with 6", arguments: ["pause", "cancel"])
    func stoppedByOther(verb: String) async throws {
      let (indexer, tree, _scratch) = try Self.hugeTree()
      defer { withExtendedLifetime(_scratch) {} }
      let start = try indexer.spawn(["start", tree.root])
      let id = try await Self.jobAtHugeFile(indexer)
      try await indexer.succeed(verb, id)
      let result = try await start.end(within: 20)
      expectClean(result)
      #expect(result.status == 6, "\(result)")
    }

    // MARK: A job in the middle of a large file

    private static func hugeTree() throws -> (Indexer, SampleTree, Scratch) {
      let scratch = try Scratch("tree")
      var tree = try SampleTree(at: scratch.path("tree"), seed: 3, plain: 150, isOdd: false)
      try tree.addHuge("zz-huge.txt", megabytes: 60)
      return (try Indexer(), tree, scratch)
    }

    private static func waitForHugeFile(_ id: String, _ indexer: Indexer) async throws {
      try #require(
        try await poll(within: 30, every: 10) {
          try await indexer.job(id).current.contains { $0.path.hasSuffix("zz-huge.txt") && $0.seconds > 0.1 }
        }, "the job does not come to its large file, or passes it too quickly")
    }

    private static func jobAtHugeFile(_ indexer: Indexer) async throws -> String {
      try #require(try await poll(within: 10) { try await !indexer.jobs().isEmpty })
      let id = try #require(try await indexer.jobs().first).id
      try await waitForHugeFile(id, indexer)
      return id
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
      start.duration(to: .now) / .seconds(1)
    }
  }
}
