import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("Background and cron")
  struct Background {
    @Test("start --background prints the id alone, soon, and leaves nothing of its starter open")
    func detached() async throws {
      let scratch = try Scratch("tree")
      let file = try scratch.write("tree/one.txt", "apple")
      let indexer = try Indexer()
      try await indexer.succeed("start", scratch.path("tree"))
      let lock = open(file, O_RDONLY)
      #expect(flock(lock, LOCK_EX) == 0)
      let asked = ContinuousClock.now
      let start = try indexer.spawn(["start", "--background", scratch.path("tree")], handingOver: lock)
      close(lock)
      let result = try await start.end()
      print("start --background: \(asked.duration(to: .now))")
      #expect(asked.duration(to: .now) < .seconds(2))
      expectClean(result)
      #expect(result.errors.isEmpty && result.lines.count == 1)
      let uuid = try Regex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\n")
      #expect(result.output.wholeMatch(of: uuid) != nil, "\(result.output)")

      let worker = try #require(indexer.workers.first)
      #expect(getsid(worker) == worker, "a session of its own")
      // The lock was inherited by the starter only: it went with it.
      let again = open(file, O_RDONLY)
      #expect(flock(again, LOCK_EX | LOCK_NB) == 0, "the worker holds its starter's lock")
      close(again)
      try await indexer.wait(for: result.lines[0], toBe: "completed")
      try await indexer.waitForIdle()
    }

    @Test("start --wait follows the worker; Ctrl-C leaves the job to it")
    func wait() async throws {
      let scratch = try Scratch("tree")
      var tree = try SampleTree(at: scratch.path("tree"), seed: 9, plain: 30, isOdd: false)
      try tree.addHuge("zz-huge.txt", megabytes: 40)
      let indexer = try Indexer()
      let start = try indexer.spawn(["start", "--wait", tree.root])
      try #require(try await poll(within: 20) { try await indexer.jobs().first?.status == "running" })
      let id = try #require(try await indexer.jobs().first).id
      start.signal(SIGINT)
      let result = try await start.end(within: 20)
      #expect(result.status == 130 && result.errors.contains("indexer status \(id)"), "\(result)")
      #expect(try await indexer.wait(for: id, toBe: "completed").attempt == 1)
    }

    @Test("resume --interrupted is silent and 0 when there is nothing to do, and starts no worker")
    func nothingToDo() async throws {
      let indexer = try Indexer()
      let result = try await indexer.succeed("resume", "--interrupted")
      #expect(result.everything.isEmpty && indexer.workers.isEmpty)
    }

    @Test("cron install adds one marked line, renews it, and remove takes it out; other lines stay")
    func crontab() async throws {
      let indexer = try Indexer()
      let crontab = try FakeCrontab(in: indexer.scratch)
      let own = try Indexer(
        dataDirectory: indexer.scratch.path("data 100% 'quoted'"), variables: ["PATH": crontab.path])
      let before = "# mine\n0 4 * * * backup\n"
      crontab.text = before
      let none = try await own.run("cron", "show")
      #expect(none.status == 3 && none.output.isEmpty && none.errors.contains("cron install"), "\(none)")

      let line = try #require(try await own.succeed("cron", "install").lines.first)
      #expect(crontab.text == before + line + "\n")
      #expect(line.hasPrefix("*/5 * * * * "))
      try await own.succeed("cron", "install", "--every", "1h")
      let renewed = try #require(try await own.succeed("cron", "show").lines.first)
      #expect(crontab.text == before + renewed + "\n")
      #expect(renewed.hasPrefix("0 * * * * "))

      // A job that waits for a worker gets one from the line alone, in cron's environment.
      try own.scratch.write("tree/one.txt", "apple")
      let id = try await own.startInBackground(own.scratch.path("tree"))
      try await own.wait(for: id, toBe: "completed")
      try await own.waitForIdle()
      var tree = try SampleTree(at: own.scratch.path("big"), seed: 9, plain: 30, isOdd: false)
      try tree.addHuge("zz-huge.txt", megabytes: 40)
      let interrupted = try await own.startInBackground(tree.root)
      try await own.wait(for: interrupted, toBe: "running")
      try await own.killWorkers()
      let ran = try await own.runAsCron(cronCommand(renewed))
      #expect(ran.status == 0 && ran.everything.isEmpty, "\(ran)")
      try await own.wait(for: interrupted, toBe: "completed")

      try await own.succeed("cron", "remove")
      #expect(crontab.text == before)
    }

    @Test("Without crontab, cron is unavailable, exit 1, and says what to install")
    func noCrontab() async throws {
      let indexer = try Indexer(variables: ["PATH": "/nonexistent"])
      let result = try await indexer.run("cron", "install")
      #expect(result.status == 1 && result.errors.contains("cron"), "\(result)")
    }

    /// Asked for by a variable: it changes the crontab of whoever runs it, and waits for the next minute.
    @Test(
      "A real cron daemon resumes an interrupted job",
      .enabled(if: ProcessInfo.processInfo.environment["INDEXER_TEST_CRON"] == "1"))
    func realCron() async throws {
      let held = try HeldTree()
      let indexer = held.indexer
      let id = try await held.startAndPause()
      try await indexer.succeed("cron", "install", "--every", "1m")
      #expect(try await indexer.succeed("cron", "show").output.contains(indexer.dataDirectory))
      try await indexer.killWorkers()
      try await indexer.succeed("resume", id)
      try await indexer.killWorkers()
      let waiting = try await indexer.job(id)
      #expect(waiting.interrupted || waiting.status == "queued")
      let came = try await poll(within: 90, every: 500) { try await indexer.job(id).status == "completed" }
      try await indexer.succeed("cron", "remove")
      #expect(came, "is a cron daemon running?")
      #expect(try await indexer.run("cron", "show").status == 3)
    }
  }
}
