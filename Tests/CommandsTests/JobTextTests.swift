import Foundation
import IndexModel
import Testing

@testable import Commands

@Suite struct JobTextTests {
  /// Names of golden files and what is done to the example job.
  static let jobs: [(String, @Sendable (inout JobReport) -> Void)] = [
    ("running", { _ in }),
    (
      "queued",
      {
        $0.status = .queued
        $0.phase = nil
        $0.startedAt = nil
        $0.files = .init()
        $0.reasons = .init()
        $0.bytes = .init()
        $0.current = []
        $0.worker = nil
        $0.queuePosition = 2
        $0.lastIndexedFile = nil
      }
    ),
    (
      "paused",
      {
        $0.status = .paused
        $0.pauseReason = .user
        $0.current = []
        $0.worker = nil
      }
    ),
    (
      "disk_low",
      {
        $0.status = .paused
        $0.pauseReason = .diskLow
        $0.current = []
        $0.worker = nil
      }
    ),
    (
      "interrupted",
      {
        $0.interrupted = true
        $0.attempt = 2
      }
    ),
    (
      "failed",
      {
        $0.status = .failed
        $0.error = .init(
          code: "root_unavailable", message: "/usr/src/linux is not there. Mount it, then resume.")
        $0.current = []
        $0.worker = nil
      }
    ),
    (
      "completed",
      {
        $0.status = .completed
        $0.files.indexed += $0.files.pending
        $0.files.pending = 0
        $0.bytes.done = $0.bytes.found
        $0.completedAt = Timestamp(milliseconds: 1_772_359_216_500)
        $0.current = []
        $0.worker = nil
        $0.etaSeconds = nil
        $0.project = "my kernel"
      }
    ),
    (
      "all_ignored",
      {
        $0.status = .completed
        $0.files = .init()
        $0.files.ignored = 78_579
        $0.ignoredBy = [IgnoredBy(rule: ".gitignore:159", count: 78_579)]
        $0.reasons = .init()
        $0.bytes = .init()
        $0.completedAt = Timestamp(milliseconds: 1_772_359_202_000)
        $0.current = []
        $0.worker = nil
        $0.lastIndexedFile = nil
      }
    ),
  ]

  @Test("the status of a job", arguments: jobs.map(\.0))
  func block(name: String) throws {
    let job = try Self.job(name)
    try Golden.expect(JobBlock(job: job, style: .plain, now: .example).text, "status_\(name).txt")
  }

  @Test("the summary of a job", arguments: jobs.map(\.0).filter { $0 != "running" && $0 != "interrupted" })
  func summary(name: String) throws {
    let job = try Self.job(name)
    try Golden.expect(JobSummary(job: job, style: .plain, now: .example).text, "summary_\(name).txt")
  }

  @Test("an all-ignored tree names the rule")
  func allIgnored() throws {
    #expect(
      JobFigures(job: try Self.job("all_ignored")).allIgnored
        == "0 files: all 78,579 ignored, by .gitignore:159")
    let two = try Self.job("all_ignored") { job in
      job.ignoredBy = [.init(rule: ".gitignore:1", count: 78_000), .init(rule: "a/.gitignore:2", count: 579)]
    }
    #expect(
      JobFigures(job: two).allIgnored
        == "0 files: all 78,579 ignored, by .gitignore:1 (78,000), a/.gitignore:2 (579)")
  }

  @Test("jobs on a terminal are a table")
  func table() throws {
    let jobs = try Self.jobs.map { try Self.job($0.0) }
    let terminal = TextStyle(isTerminal: true, columns: 100)
    try Golden.expect(JobList.table(jobs, terminal).text(terminal), "jobs.txt")
    try Golden.expect(JobList.table(jobs, .plain).text(.plain), "jobs_piped.txt")
  }

  @Test("paths that hold escape sequences and line breaks are shown")
  func hostile() throws {
    let job = try JobReport.example { $0.directory = "/a\n\u{1B}[2J" }
    let text = JobBlock(job: job, style: .plain, now: .example).text
    #expect(text.contains("directory /a\\n\\x1B[2J\n"))
  }

  @Test("the exit status is that of the job")
  func exitStatus() throws {
    let expected: [JobStatus: Int32] = [.completed: 0, .failed: 1, .paused: 6, .cancelled: 6, .queued: 1]
    for (status, code) in expected {
      #expect(ExitStatus(of: try JobReport.example { $0.status = status }).code == code)
    }
  }

  @Test("what pause, resume and cancel say")
  func sentences() throws {
    let paused = try Self.job("paused")
    let id = paused.id
    #expect(
      JobSentence(job: paused).text(after: .pause, style: .plain)
        == "\(id) paused; to go on: indexer resume \(id)")
    #expect(JobSentence(job: try JobReport.example()).text(after: .resume, style: .plain) == "\(id) running")
    let cancelled = try JobReport.example { $0.status = .cancelled }
    #expect(
      JobSentence(job: cancelled).text(after: .cancel, style: TextStyle(isTerminal: true))
        == "\(id) (/usr/src/linux) cancelled; what was indexed so far stays")
  }

  private static func job(_ name: String, _ change: (inout JobReport) -> Void = { _ in }) throws -> JobReport {
    let prepare = try #require(jobs.first { $0.0 == name }).1
    return try JobReport.example {
      prepare(&$0)
      change(&$0)
    }
  }
}
