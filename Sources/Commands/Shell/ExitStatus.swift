internal import IndexModel

/// How the command ended, for the shell.
struct ExitStatus: Hashable, Sendable {
  var code: Int32

  /// Also when some files failed: the summary says so.
  static let done = ExitStatus(code: 0)
  static let failed = ExitStatus(code: 1)
  static let notFound = ExitStatus(code: 3)
  /// The job was paused or cancelled by somebody else.
  static let stoppedByOther = ExitStatus(code: 6)
  static let usage = ExitStatus(code: 64)
  /// Ctrl-C.
  static let interrupted = ExitStatus(code: 130)
  /// SIGTERM.
  static let terminated = ExitStatus(code: 143)

  /// Of a command that followed a job until it was settled.
  init(of job: JobReport) {
    switch job.status {
    case .completed: self = .done
    case .paused, .cancelled: self = .stoppedByOther
    case .queued, .running, .pausing, .cancelling, .failed: self = .failed
    }
  }

  init(code: Int32) { self.code = code }
}
