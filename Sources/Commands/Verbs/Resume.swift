internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer resume`
struct ResumeVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Resume paused or failed jobs, or all interrupted ones.",
    discussion: """
      A job goes on behind the last file that was indexed. --interrupted is for cron: it says nothing, and does \
      nothing when no job waits for a worker. Jobs that a user paused stay paused.

      Example:
        indexer resume 0199a3f2
        indexer resume --interrupted
      """)

  @OptionGroup var jobs: JobArguments

  @Flag(help: "See to it that every due or interrupted job has a worker.")
  var interrupted = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if interrupted, !jobs.ids.isEmpty {
      throw ValidationError("--interrupted takes all jobs: leave the ids out.")
    }
    if !interrupted, jobs.ids.isEmpty {
      throw ValidationError("Which job? See `indexer jobs`, or --interrupted.")
    }
  }

  func perform(_ session: Session) throws -> ExitStatus {
    guard interrupted else { return try session.control(.resume, jobs.ids) }
    let count = try session.service().resumeInterrupted()
    try session.output.show(ResumedReport(resumed: count)) { _ in "" }
    return .done
  }
}

/// What `resume --interrupted --json` prints.
struct ResumedReport: Encodable {
  /// Jobs that have a worker now and had none.
  var resumed: Int
}
