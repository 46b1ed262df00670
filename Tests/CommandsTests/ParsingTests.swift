import ArgumentParser
import IndexModel
import Logging
import Testing

@testable import Commands

@Suite struct ParsingTests {
  private func parse<Command: ParsableCommand>(_ type: Command.Type, _ line: String) throws -> Command {
    try #require(try IndexerCommand.parseAsRoot(line.split(separator: " ").map(String.init)) as? Command)
  }

  @Test("start without anything changes nothing of the walk")
  func startPlain() throws {
    let request = try parse(StartVerb.self, "start").request(by: "cli:ann")
    #expect(request == StartRequest(directory: ".", requestedBy: "cli:ann"))
  }

  @Test("start with everything")
  func startFull() throws {
    let line =
      "start src --project p --no-recursive --include *.c --include *.h --exclude *.o --no-ignore "
      + "--max-file-size 10M --priority 5 --no-duplicate --background --wait --json --data-dir d --log-level debug"
    let verb = try parse(StartVerb.self, line)
    let changes = WalkChanges(
      recursive: false, include: ["*.c", "*.h"], exclude: ["*.o"], useIgnoreFiles: false,
      maximumFileSize: 10 << 20)
    #expect(
      verb.request(by: "x")
        == StartRequest(
          directory: "src", project: "p", changes: changes, priority: 5, refuseDuplicate: true,
          requestedBy: "x"))
    #expect(verb.background && verb.wait && verb.common.json)
    #expect(verb.common.settingFlags == ["data_dir": "d", "log_level": "debug"])
  }

  @Test("--recursive and --ignore take the opposite back")
  func startInversions() throws {
    let changes = try parse(StartVerb.self, "start --recursive --ignore").request(by: "x").changes
    #expect(changes == WalkChanges(recursive: true, useIgnoreFiles: true))
  }

  @Test("search joins its words")
  func search() throws {
    let line = "search --project a --project b page cache --path *.c --kind C --limit 3 --offset 6"
    #expect(
      try parse(SearchVerb.self, line).request
        == SearchRequest(
          query: "page cache", projects: ["a", "b"], path: "*.c", kind: "c", limit: 3, offset: 6))
    #expect(try parse(SearchVerb.self, "search -- -x").request.query == "-x")
  }

  @Test("the other verbs")
  func others() throws {
    #expect(try parse(StatusVerb.self, "status ab --files failed").files == .failed)
    #expect(try parse(StatusVerb.self, "status --watch").watch)
    let jobs = try parse(JobsVerb.self, "jobs --status paused --project p --limit 7")
    #expect(jobs.status == .paused && jobs.project == "p" && jobs.limit == 7)
    #expect(try parse(EventsVerb.self, "events ab").id == "ab")
    #expect(try parse(PauseVerb.self, "pause a b").jobs.ids == ["a", "b"])
    #expect(try parse(ResumeVerb.self, "resume --interrupted").interrupted)
    #expect(try parse(CancelVerb.self, "cancel a").jobs.ids == ["a"])
    #expect(try parse(WhyVerb.self, "why a/b").path == "a/b")
    #expect(try parse(ProjectsCommand.ListVerb.self, "projects --json").common.json)
    #expect(try parse(ProjectsCommand.RemoveVerb.self, "projects remove p --yes").yes)
    #expect(try parse(CronCommand.InstallVerb.self, "cron install").every.fields == "*/5 * * * *")
    let worker = try parse(WorkerVerb.self, "worker --idle 5 --workers 2 --ready-fd 7")
    #expect(worker.settingFlags == ["idle_seconds": "5", "workers": "2"] && worker.readyFd == 7)
    #expect(worker.defaultLogLevel == .info)
    #expect(try parse(DoctorVerb.self, "doctor --data-dir x").common.dataDir == "x")
  }

  @Test(
    "mistakes end with 64, as text on standard error and as JSON with --json",
    arguments: [
      "nonsense", "start a b", "start --max-file-size 10X", "start --max-file-size 300M", "start --priority high",
      "start --all dir",
      "start --all --exclude x", "start --dry-run --background", "start --snapshot --rebuild",
      "status --watch --files failed",
      "status --files lost", "jobs --status lost", "jobs --limit 0", "events", "pause", "resume", "cancel",
      "resume --interrupted a", "search", "search x --limit 0", "search x --offset -1", "why",
      "projects remove",
      "worker --forever --idle 3", "cron install --every 60m", "cron install --every 0h",
      "cron install --every 5",
      "config --unknown",
    ])
  func mistakes(line: String) throws {
    let arguments = line.split(separator: " ").map(String.init)
    let call = Call(arguments)
    #expect(call.status == 64)
    #expect(call.out.isEmpty)
    #expect(call.error.hasPrefix("indexer: "))
    let json = Call(arguments + ["--json"])
    #expect(json.status == 64)
    #expect(json.out.hasPrefix(#"{"error":{"code":"usage","details":{},"message":""#))
    #expect(json.error.isEmpty)
  }

  @Test("--json behind -- is a word, not an option")
  func jsonWord() { #expect(!Program.asksForJSON(["search", "--", "--json"])) }
}
