internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer status`
struct StatusVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how far a job is.",
    discussion: """
      Without an id: the jobs that are not finished, else the latest one.

      Example:
        indexer status --watch
        indexer status 0199a3f2 --files failed
      """)

  @Argument(help: ArgumentHelp("Id of a job; a unique beginning is enough.", valueName: "id"))
  var id: String?

  @Flag(help: "Follow the job until it ends.")
  var watch = false

  @Option(help: ArgumentHelp("List the job's files with this outcome.", valueName: "outcome"))
  var files: OutcomeName?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if watch, files != nil { throw ValidationError("--watch and --files do not go together.") }
  }

  func perform(_ session: Session) throws -> ExitStatus {
    let service = try session.service()
    let output = session.output
    if let files { return try list(files, service, output) }
    if watch {
      guard let job = try id ?? Self.unfinished(service).first?.id ?? service.latestJob()?.id else {
        return try showNothing(output)
      }
      return try JobFollower(service: service, output: output).follow([job], .watch)
    }
    if let id {
      let job = try service.job(id)
      try output.show(job) { JobBlock(job: job, style: $0).text }
      return .done
    }
    var jobs = try Self.unfinished(service)
    if jobs.isEmpty { jobs = try service.latestJob().map { [$0] } ?? [] }
    guard !jobs.isEmpty else { return try showNothing(output) }
    try output.show(JobList(jobs: jobs)) { style in
      jobs.count == 1 ? JobBlock(job: jobs[0], style: style).text : JobList.table(jobs, style).text(style)
    }
    return .done
  }

  /// Newest first; paused ones last: they wait for a user.
  private static func unfinished(_ service: IndexingService) throws -> [JobReport] {
    let jobs = try service.jobs(in: [.queued, .running, .pausing, .cancelling, .paused], limit: 100)
    return jobs.filter { $0.status != .paused } + jobs.filter { $0.status == .paused }
  }

  private func showNothing(_ output: Output) throws -> ExitStatus {
    if !output.isJSON { output.note("There are no jobs yet. Start one: indexer start DIR") }
    try output.show(JobList(jobs: [])) { _ in "" }
    return .done
  }

  private func list(_ outcome: OutcomeName, _ service: IndexingService, _ output: Output) throws
    -> ExitStatus
  {
    guard let job = try id ?? Self.unfinished(service).first?.id ?? service.latestJob()?.id else {
      return try showNothing(output)
    }
    try service.files(job, outcome: outcome) { file in
      try output.item(file) { FileLine(file: file, style: $0).text }
    }
    output.flush()
    return .done
  }
}
