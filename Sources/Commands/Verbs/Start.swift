internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer start`
struct StartVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Index a directory.",
    discussion: """
      Runs in the foreground, where Ctrl-C pauses the job, or with --background in a worker of its own. Options \
      of the walk are kept with the directory until they are given anew.

      Example:
        indexer start --background --exclude '*.min.js' ~/src/shop
      """)

  @Argument(help: ArgumentHelp("Directory to index (default: .)", valueName: "dir"), completion: .directory)
  var directory: String?

  @Option(help: ArgumentHelp("Project to index into (default: the directory's own).", valueName: "name"))
  var project: String?

  @Flag(help: "Return at once and print the job's id; a background worker does the work.")
  var background = false

  @Flag(help: "Let a background worker do the work, but wait for the end.")
  var wait = false

  @Flag(help: "Show what would be done, and do nothing.")
  var dryRun = false

  @Flag(inversion: .prefixedNo, help: "Enter subdirectories.")
  var recursive: Bool?

  @Option(help: ArgumentHelp("Index only files that match; may be repeated.", valueName: "glob"))
  var include: [String] = []

  @Option(help: ArgumentHelp("Leave out what matches; may be repeated.", valueName: "glob"))
  var exclude: [String] = []

  @Flag(inversion: .prefixedNo, help: "Obey .gitignore, .git/info/exclude and .indexerignore.")
  var ignore: Bool?

  @Option(help: ArgumentHelp("Skip larger files: bytes, or 10M, 64MiB, 1GB.", valueName: "size"))
  var maxFileSize: ByteSize?

  @Option(help: ArgumentHelp("Higher goes first.", valueName: "n"))
  var priority = 0

  @Flag(help: "Refuse when a job for this directory is not finished.")
  var noDuplicate = false

  @Flag(help: "Build the next generation aside; searches see it when it is complete.")
  var snapshot = false

  @Flag(help: "Build the index from the files anew, aside; searches see it when it is complete.")
  var rebuild = false

  @Flag(help: "Index every known directory again.")
  var all = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if dryRun, background || wait { throw ValidationError("--dry-run does nothing that one could wait for.") }
    if snapshot, rebuild { throw ValidationError("--rebuild builds aside as --snapshot does: one of them is enough.") }
    if let maxFileSize, maxFileSize.bytes > WalkOptions.largestMaximumFileSize {
      throw ValidationError(
        "--max-file-size is at most \(WalkOptions.largestMaximumFileSize) (256 MiB): a file is held in memory while it is read."
      )
    }
    guard all else { return }
    let hasOwnOptions =
      project != nil || dryRun || snapshot || rebuild || noDuplicate || !include.isEmpty || !exclude.isEmpty
      || recursive != nil || ignore != nil || maxFileSize != nil
    if directory != nil || hasOwnOptions {
      throw ValidationError(
        "--all takes the known directories as they are: no directory, project or options.")
    }
  }

  /// What is asked of the service.
  func request(by actor: String) -> StartRequest {
    StartRequest(
      directory: directory ?? ".", project: project,
      changes: WalkChanges(
        recursive: recursive, include: include.isEmpty ? nil : include,
        exclude: exclude.isEmpty ? nil : exclude, useIgnoreFiles: ignore, maximumFileSize: maxFileSize?.bytes),
      build: rebuild ? .rebuild : snapshot ? .snapshot : .inPlace, priority: priority, refuseDuplicate: noDuplicate,
      requestedBy: actor)
  }

  func perform(_ session: Session) throws -> ExitStatus {
    let service = try session.service()
    let request = request(by: session.account.actor)
    if dryRun {
      let report = try service.dryRun(request)
      try session.output.show(report) { DryRunText(report: report, style: $0).text }
      return .done
    }
    let receipts =
      all
      ? try service.startAll(priority: priority, requestedBy: request.requestedBy)
      : [try service.start(request)]
    for warning in receipts.flatMap(\.warnings) { session.output.warn(warning) }
    if receipts.isEmpty { session.output.note("No directory is known yet. Name one: indexer start DIR") }
    let jobs = receipts.map(\.job)
    return background || wait
      ? try inBackground(jobs, service, session) : try inForeground(jobs, service, session)
  }

  private func inBackground(_ jobs: [JobReport], _ service: IndexingService, _ session: Session) throws
    -> ExitStatus
  {
    guard !jobs.isEmpty else { return .done }
    var failure: IndexerError?
    do {
      try service.ensureWorker()
    } catch let error as IndexerError {
      failure = error
    }
    if background {
      for job in jobs { try session.output.item(job) { _ in job.id } }
      session.output.flush()
    }
    if var failure {
      // Its message says that the job is kept, and how to go on.
      failure.details["job"] = jobs.map(\.id).joined(separator: " ")
      throw failure
    }
    guard wait else { return .done }
    let follower = JobFollower(service: service, output: session.output)
    return try follower.follow(jobs.map(\.id), .untilSettled)
  }

  private func inForeground(_ jobs: [JobReport], _ service: IndexingService, _ session: Session) throws
    -> ExitStatus
  {
    let run = ForegroundRun(service: service, output: session.output, actor: session.account.actor)
    var worst = ExitStatus.done
    for job in jobs {
      let status = try run.run(job)
      if status == .interrupted || status == .terminated { return status }
      if worst == .done { worst = status }
    }
    return worst
  }
}
