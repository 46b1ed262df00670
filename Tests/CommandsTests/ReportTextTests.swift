import IndexModel
import Testing

@testable import Commands

@Suite struct ReportTextTests {
  @Test("the history of a job")
  func events() {
    let events = [
      JobEvent(
        id: 1, job: "j", at: .example, kind: .created, from: nil, to: .queued, actor: "cli:ann", reason: nil),
      JobEvent(
        id: 2, job: "j", at: .example, kind: .moved, from: .queued, to: .paused, actor: "cli:ann", reason: "user"),
    ]
    #expect(
      EventList.table(events).text(.plain) == """
        2026-03-01T10:00:10.000Z\tcreated\t-\tqueued\tcli:ann\t-
        2026-03-01T10:00:10.000Z\tmoved\tqueued\tpaused\tcli:ann\tuser

        """)
  }

  @Test("a project has a row for each directory")
  func projects() {
    let project = ProjectReport(
      id: "1", name: "shop", generation: 1,
      sources: ["/a", "/b"].map { SourceReport(Source(id: 1, projectID: "1", path: $0, options: WalkOptions())) },
      files: 12, units: 34,
      bytesOnDisk: 5_600_000, createdAt: .example)
    #expect(ProjectList.table([project]).text(.plain) == "shop\t12\t34\t5.6 MB\t/a\nshop\t12\t34\t5.6 MB\t/b\n")
  }

  @Test("a listed file has its reason behind a tab")
  func files() {
    let failed = FileReport(path: "/a\nb", outcome: .failed, reason: "vanished")
    #expect(FileLine(file: failed, style: .plain).text == "/a\\nb\tvanished")
    #expect(FileLine(file: failed, style: TextStyle(isTerminal: true)).text == "/a\\nb  vanished")
    #expect(FileLine(file: FileReport(path: "/a", outcome: .indexed, reason: nil), style: .plain).text == "/a")
  }

  @Test("why a file is not found")
  func why() {
    let explanation = FileExplanation(
      path: "/src/a.o", project: "shop", source: "1",
      recorded: FileReport(
        path: "/src/a.o", outcome: .skipped, reason: "binary", units: 2, indexedAt: .example),
      verdict: .ignored, rule: ".gitignore:3: *.o", explanation: "A rule leaves it out.")
    #expect(
      ExplanationText(explanation: explanation, style: .plain).text == """
        /src/a.o: ignored
          A rule leaves it out.
          rule: .gitignore:3: *.o
          project: shop
          recorded: skipped (binary) at 2026-03-01T10:00:10.000Z, 2 units

        """)
  }

  @Test("what a run would do")
  func dryRun() {
    var report = DryRunReport(directory: "/src")
    report.found = 12
    report.bytes = 3_400
    report.new = 7
    report.changed = 1
    report.unchanged = 2
    report.skipped = ["binary": 2]
    report.removed = 1
    report.ignored = 30
    report.ignoredBy = [IgnoredBy(rule: ".gitignore:1", count: 30)]
    #expect(
      DryRunText(report: report, style: .plain).text == """
        Would index /src
          found: 12 files, 3.4 kB
          to index: 7 new, 1 changed
          unchanged: 2
          skipped: 2 binary
          to remove: 1
          ignored: 30, by .gitignore:1

        """)
  }

  @Test("a finding that is not well says what mends it")
  func findings() {
    let well = Finding(check: "sqlite", isWell: true, message: "3.40.1")
    let bad = Finding(check: "disk", isWell: false, message: "full", remedy: "make room")
    #expect(FindingList.line(well, .plain) == "ok   sqlite: 3.40.1\n")
    #expect(FindingList.line(bad, .plain) == "BAD  disk: full\n    make room\n")
  }

  @Test("a followed job is shown as JSON lines, the last one settled")
  func jsonDisplay() throws {
    let recording = Recording()
    var display = JobDisplay(output: recording.output(json: true))
    let running = try JobReport.example()
    display.show(running)
    display.show(running)
    let done = try JobReport.example { $0.status = .completed }
    display.show(done)
    try display.finish(done)
    let lines = recording.out.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.last?.contains(#""status":"completed""#) == true)
  }

  @Test("a followed job is redrawn on a terminal, and summed up")
  func terminalDisplay() throws {
    let recording = Recording()
    let terminal = TextStyle(isTerminal: true)
    var display = JobDisplay(output: recording.output(style: terminal, noteStyle: terminal))
    display.show(try JobReport.example())
    try display.finish(JobReport.example { $0.status = .completed })
    #expect(recording.error.hasPrefix("\rindexing"))
    #expect(recording.error.hasSuffix("\r\u{1B}[K"))
    #expect(recording.out.hasPrefix("Indexed /usr/src/linux"))
  }
}
