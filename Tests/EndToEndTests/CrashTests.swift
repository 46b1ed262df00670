import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("Killed at any moment")
  struct Crashes {
    private static let kills = 10

    @Test("P1 P3 P4 P7: ten kills at random moments, resumed by cron's line, end in the index of an undisturbed run")
    func tenKills() async throws {
      let seed =
        ProcessInfo.processInfo.environment["INDEXER_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 1..<10_000)
      print("kills: INDEXER_TEST_SEED=\(seed)")
      var random = SeededGenerator(seed: seed)
      let scratch = try Scratch("tree")
      let tree = try SampleTree(at: scratch.path("tree"), seed: 11, plain: 9_000)
      let words = Array(SampleTree.words.shuffled(using: &random).prefix(12)) + ["newlineinnam", "badnam", "licens"]

      let undisturbed = try Indexer()
      try await undisturbed.succeed("start", tree.root)
      let expected = try await IndexFiles(undisturbed).contents(words: words)
      #expect(expected.contains { $0.hasPrefix("match|\(words[0])|") }, "the words are in the index")

      let killed = try Indexer()
      let files = IndexFiles(killed)
      let line = try await Self.cronLine(of: killed)
      let watch = try OpenWatch(tree.root)
      var opens: [String: Int] = [:]
      var readAgain = Set<String>()
      var committed = Set<String>()
      /// Of what was committed when the last kill came, whatever was opened since is a file read in vain.
      func gather() throws {
        for (file, count) in try watch.drain() {
          opens[file, default: 0] += count
          if committed.contains(file) { readAgain.insert(file) }
        }
      }

      let id = try await killed.startInBackground(tree.root)
      var landed = 0
      for kill in 0..<Self.kills {
        // Spread over the whole run whatever the speed of the machine, the first during walk and plan.
        let share = kill == 0 ? 0 : (Double(kill) - 1 + .random(in: 0..<1, using: &random)) / Double(Self.kills)
        let target = Int(share * Double(tree.files))
        try #require(
          try await poll(within: 60, every: 5) {
            try gather()
            if target == 0 { return true }
            let done = try await files.committedCount(id)
            return done >= target
          }, "the job does not get to \(target) files")
        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<80, using: &random)))
        try await killed.killWorkers()
        try gather()
        committed = try await files.committed(id)
        let job = try await killed.job(id)
        if job.interrupted { landed += 1 }
        #expect(job.files.addsUp, "\(job.files)")
        try await files.expectIntegrity()

        let cron = try await killed.runAsCron(line)
        #expect(cron.status == 0, "\(cron.everything)")
        #expect(cron.everything.isEmpty, "cron would send this by mail: \(cron.everything)")
      }
      let job = try await killed.wait(for: id, toBe: "completed")
      try gather()

      print(
        "kills: \(landed) of \(Self.kills) met a running job; \(opens.values.reduce(0, +)) opens of \(opens.count) files"
      )
      #expect(landed >= Self.kills - 1)
      // The instrument works: every file but the symbolic link and the secret was seen to be opened.
      #expect(opens.count == tree.files - 2)
      #expect(readAgain.isEmpty, "read again though recorded: \(readAgain.count) files")
      #expect(job.files.addsUp && job.files.pending == 0)
      let contents = try await files.contents(words: words)
      let difference = Set(contents).symmetricDifference(expected).sorted().prefix(10)
      #expect(contents == expected, "not the same: \(difference.joined(separator: "\n"))")
      try await files.expectIntegrity()
      let doctor = try await killed.run("doctor")
      #expect(doctor.status == 0, "\(doctor.everything)")
      // A kill loses at most the open batch of each of two shards.
      #expect(opens.values.filter { $0 > 1 }.count <= Self.kills * 2 * 250)
    }

    @Test("P4 P8: a file that brings the worker down twice is given up; one that is only in hand at kills is not")
    func crashedWorker() async throws {
      let scratch = try Scratch("tree")
      var tree = try SampleTree(at: scratch.path("tree"), seed: 5, plain: 40, isOdd: false)
      try tree.addHuge("zz-huge.txt", megabytes: 60)
      let indexer = try Indexer()
      let id = try await indexer.startInBackground(tree.root)
      for signal in [SIGKILL, SIGKILL, SIGKILL, SIGSEGV, SIGABRT] {
        let thread = try await Self.threadAtHugeFile(of: id, indexer)
        try await Self.strike(thread, signal, scratch)
        try #require(try await poll(within: 10, every: 1) { indexer.workers.isEmpty })
        try await IndexFiles(indexer).expectIntegrity()
        let failed = try await indexer.job(id).files.failed
        #expect(failed == 0)
        try await indexer.succeed("resume", "--interrupted")
      }
      let job = try await indexer.wait(for: id, toBe: "completed")
      #expect(job.files.failed == 1 && job.files.indexed == tree.files - 1)
      let why = try await indexer.run("why", tree.root + "/zz-huge.txt")
      #expect(why.output.contains("crashed_worker"), "\(why)")
      // The next job tries it again.
      let again = try await indexer.startInBackground(tree.root)
      #expect(try await indexer.wait(for: again, toBe: "completed").files.indexed == 1)
    }

    @Test(
      "P2 P5: a worker stopped past its lease is ended, so that its locks keep no job from being paused and going on")
    func stopped() async throws {
      let scratch = try Scratch("tree")
      var tree = try SampleTree(at: scratch.path("tree"), seed: 6, plain: 40, isOdd: false)
      try tree.addHuge("zz-huge.txt", megabytes: 60)
      let indexer = try Indexer()
      let id = try await indexer.startInBackground(tree.root)
      let thread = try await Self.threadAtHugeFile(of: id, indexer)
      kill(thread.process, SIGSTOP)
      try #require(try await poll(within: 60, every: 250) { try await indexer.job(id).interrupted })
      try await indexer.succeed("pause", id)
      #expect(try await indexer.job(id).status == "paused")
      #expect(indexer.workers.isEmpty)
      try await indexer.succeed("resume", id)
      let job = try await indexer.wait(for: id, toBe: "completed")
      #expect(job.files.indexed == tree.files && job.files.failed == 0)
      try await IndexFiles(indexer).expectIntegrity()
    }

    /// Sends a signal to one thread, as a fault of its own would; Swift cannot see the call.
    private static func strike(_ thread: (process: pid_t, id: pid_t), _ signal: Int32, _ scratch: Scratch) async throws
    {
      let call = "import ctypes, sys; sys.exit(ctypes.CDLL(None).tgkill(*map(int, sys.argv[1:])))"
      let result = try await ChildProcess(
        ["/usr/bin/python3", "-c", call, "\(thread.process)", "\(thread.id)", "\(signal)"], environment: [:],
        directory: scratch.path, scratch: scratch.path
      ).end()
      try #require(result.status == 0, "\(result.everything)")
    }

    /// The thread that has the large file in hand: all other files of its shard are done.
    private static func threadAtHugeFile(of id: String, _ indexer: Indexer) async throws -> (process: pid_t, id: pid_t)
    {
      try #require(
        try await poll(within: 30, every: 10) {
          let job = try await indexer.job(id)
          return job.current.count == 1 && job.current[0].path.hasSuffix("zz-huge.txt") && job.current[0].seconds > 0.1
        }, "the job does not come to its large file, or passes it too quickly")
      // Of a single shard: the tree is small. A second worker may be there that is about to leave.
      for process in indexer.workers {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        let thread = tasks.compactMap { pid_t($0) }.first { task in
          FileManager.default.contents(atPath: "/proc/\(process)/task/\(task)/comm") == Data("shard-0\n".utf8)
        }
        if let thread { return (process, thread) }
      }
      throw Failure("no worker has the shard in hand: \(indexer.workers)")
    }

    /// The line that `cron install` writes and `cron show` shows, as cron hands it to the shell.
    private static func cronLine(of indexer: Indexer) async throws -> String {
      let crontab = try FakeCrontab(in: indexer.scratch)
      let own = try Indexer(dataDirectory: indexer.dataDirectory, variables: ["PATH": crontab.path])
      try await own.succeed("cron", "install")
      let shown = try await own.succeed("cron", "show").lines
      #expect(shown.count == 1 && crontab.text == shown[0] + "\n")
      return cronCommand(try #require(shown.first))
    }

    @Test("P1: a job whose id was printed survives the kill of everything at once")
    func acknowledged() async throws {
      let scratch = try Scratch("tree")
      try scratch.write("a/one.txt", "remembered words")
      let indexer = try Indexer()
      let id = try await indexer.startInBackground(scratch.path("a"))
      try await indexer.killWorkers()
      #expect(try await indexer.job(id).id == id)
      try await indexer.succeed("resume", "--interrupted")
      try await indexer.wait(for: id, toBe: "completed")
      #expect(try await indexer.search("remembered").paths == [scratch.path("a/one.txt")])
      try await IndexFiles(indexer).expectIntegrity()
    }
  }
}
