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
  /// A document in a format that another program reads, which is not installed.
  case missingConverter = "missing_converter"
  /// A table that lacks a column which its project wants searched.
  case missingColumn = "missing_column"
  /// A database file of this program (facts: a second descriptor would drop SQLite's locks).
  case ownDatabase = "own_database"

  /// Found out by reading the file, not by looking at its name and kind.
  package var isOfContent: Bool { [.binary, .missingConverter, .missingColumn].contains(self) }
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
  /// A document that asks for a password.
  case encrypted
  /// A document that breaks off, or is not what it says it is.
  case damaged
  /// More text, entries, or a higher compression than any real document has.
  case tooMuchText = "too_much_text"
  /// The reading of a document took more CPU time than one may take.
  case timeLimit = "time_limit"
  /// The reading of a document took more memory than one may take.
  case memoryLimit = "memory_limit"
  /// The process that read the document crashed.
  case crashedExtractor = "crashed_extractor"

  /// Of the file's content, which was read: to read the same bytes again changes nothing.
  package var isOfContent: Bool {
    switch self {
    case .encrypted, .damaged, .tooMuchText, .timeLimit, .memoryLimit, .crashedExtractor: true
    case .permissionDenied, .readError, .vanished, .replaced, .changedWhileReading, .crashedWorker, .pathTooLong: false
    }
  }

  /// Whether a later run tries once more: the machine may have been short of something.
  package var isRetried: Bool { self == .timeLimit || self == .memoryLimit }
}
