internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// The ids of jobs that a verb is about.
struct JobArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("Ids of jobs; a unique beginning is enough.", valueName: "id"))
  var ids: [String] = []
}

extension Session {
  /// Asks `request` of each job; one that refuses does not keep the others from being asked.
  ///
  /// - Returns: the exit status of the first refusal, else done.
  func control(_ request: ControlRequest, _ ids: [String]) throws -> ExitStatus {
    let service = try service()
    var status = ExitStatus.done
    for id in ids {
      do {
        let job = try service.control(request, id, actor: account.actor)
        try output.item(job) { JobSentence(job: job).text(after: request, style: $0) }
        output.flush()
      } catch let error as IndexerError {
        output.fail(error)
        if status == .done { status = ExitStatus(code: error.code.exitStatus) }
      }
    }
    return status
  }
}
