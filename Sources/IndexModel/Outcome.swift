/// What became of a file in a job.
package enum Outcome: Hashable, Sendable {
  case indexed
  case unchanged
  case skipped(SkipReason)
  case failed(FailReason)
  case removed

  package var name: OutcomeName {
    switch self {
    case .indexed: .indexed
    case .unchanged: .unchanged
    case .skipped: .skipped
    case .failed: .failed
    case .removed: .removed
    }
  }

  /// The stable word for why, of a skipped or failed file.
  package var reason: String? {
    switch self {
    case .skipped(let reason): reason.rawValue
    case .failed(let reason): reason.rawValue
    case .indexed, .unchanged, .removed: nil
    }
  }

  /// The outcome that is stored as `name` and `reason`; nil for a pair that this version does not know.
  package init?(name: String, reason: String?) {
    switch (OutcomeName(rawValue: name), reason) {
    case (.indexed, nil): self = .indexed
    case (.unchanged, nil): self = .unchanged
    case (.removed, nil): self = .removed
    case (.skipped, let reason?):
      guard let known = SkipReason(rawValue: reason) else { return nil }
      self = .skipped(known)
    case (.failed, let reason?):
      guard let known = FailReason(rawValue: reason) else { return nil }
      self = .failed(known)
    default: return nil
    }
  }
}

/// The outcomes without their reasons, and `pending`: what `status --files` lists.
package enum OutcomeName: String, Sendable, CaseIterable, Codable {
  case pending, indexed, unchanged, skipped, failed, removed
}

/// Why a file that was found is not searched by its content, though nothing went wrong.
package enum SkipReason: String, Sendable, CaseIterable, Codable {
  case binary
  case tooLarge = "too_large"
  case symbolicLink = "symbolic_link"
  case fifo
  case socket
  case device
  /// A version control system's own directory, such as `.git`.
  case versionControl = "version_control"
  /// The top of another file system, mounted below the source.
  case otherFileSystem = "other_file_system"
  /// Private keys, `.env` and the like: never read.
  case secret
  /// A database file of this program (facts: a second descriptor would drop SQLite's locks).
  case ownDatabase = "own_database"
}

/// What went wrong with one file.
package enum FailReason: String, Sendable, CaseIterable, Codable {
  case permissionDenied = "permission_denied"
  case readError = "read_error"
  /// Gone between the walk and the read.
  case vanished
  /// A directory, link or special file stands where the walk saw a file.
  case replaced
  case changedWhileReading = "changed_while_reading"
  /// The worker died twice while it held this file.
  case crashedWorker = "crashed_worker"
  case pathTooLong = "path_too_long"
}
