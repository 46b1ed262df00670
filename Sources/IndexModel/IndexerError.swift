/// The one error that crosses module borders and reaches users.
///
/// The message says what happened, to what, and what to do about it; it never holds SQL, a stack, or the text of
/// a document.
package struct IndexerError: Error, Hashable, Sendable, CustomStringConvertible {
  package var code: Code
  package var message: String
  /// Facts for programs, such as the id of the job in the way.
  package var details: [String: String]

  package init(_ code: Code, _ message: String, details: [String: String] = [:]) {
    self.code = code
    self.message = message
    self.details = details
  }

  package var description: String { message }

  /// Stable words, and how each front end shows them.
  package enum Code: String, Sendable, CaseIterable, Codable {
    case usage
    /// No token, or none that is known.
    case unauthorized
    /// The caller may not do this, or not there.
    case forbidden
    case tooLarge = "too_large"
    /// A request whose body came too slowly.
    case tooSlow = "too_slow"
    /// A file of a kind that is not taken.
    case unsupportedType = "unsupported_type"
    case notFound = "not_found"
    case ambiguousID = "ambiguous_id"
    /// An illegal move, a second source inside the first, an active job for the same directory.
    case conflict
    /// A database file stayed locked for longer than the time limit.
    case busy
    case queueFull = "queue_full"
    case rootUnavailable = "root_unavailable"
    case dataDirectoryUnsafe = "data_directory_unsafe"
    case dataDirectoryUnavailable = "data_directory_unavailable"
    case diskFull = "disk_full"
    case diskLow = "disk_low"
    case readOnly = "read_only"
    case damaged
    /// Written by a newer version of this program.
    case newerSchema = "newer_schema"
    case ioError = "io_error"
    /// This worker's claim was taken over by another.
    case leaseLost = "lease_lost"
    case crashLoop = "crash_loop"
    case workerNotStarted = "worker_not_started"
    case invalidQuery = "invalid_query"
    case invalidConfiguration = "invalid_configuration"
    case cronUnavailable = "cron_unavailable"
    /// A defect of this program.
    case internalError = "internal_error"

    /// The shell's view: the exit codes of the command line contract.
    package var exitStatus: Int32 {
      switch self {
      case .usage, .invalidQuery, .invalidConfiguration, .tooLarge, .tooSlow, .unsupportedType: 64
      case .notFound, .ambiguousID: 3
      case .conflict: 4
      case .busy, .queueFull: 5
      case .rootUnavailable, .dataDirectoryUnsafe, .dataDirectoryUnavailable, .diskFull, .diskLow, .readOnly,
        .damaged, .newerSchema, .ioError, .leaseLost, .crashLoop, .workerNotStarted, .cronUnavailable,
        .internalError, .unauthorized, .forbidden:
        1
      }
    }

    /// The status of an HTTP answer (RFC 9110).
    package var httpStatus: Int {
      switch self {
      case .usage, .invalidQuery, .invalidConfiguration, .ambiguousID: 400
      case .unauthorized: 401
      case .forbidden: 403
      case .notFound: 404
      case .conflict: 409
      case .tooSlow: 408
      case .tooLarge: 413
      case .unsupportedType: 415
      case .rootUnavailable: 422
      case .busy, .queueFull, .diskFull, .diskLow: 503
      case .dataDirectoryUnsafe, .dataDirectoryUnavailable, .readOnly, .damaged, .newerSchema, .ioError, .leaseLost,
        .crashLoop, .workerNotStarted, .cronUnavailable, .internalError:
        500
      }
    }
  }
}
