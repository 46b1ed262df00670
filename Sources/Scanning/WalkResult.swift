package import IndexModel

/// One thing a walk found: a file, or something that stands where a file could and is not entered or read.
package struct WalkEntry: Sendable, Hashable {
  package enum Verdict: Sendable, Hashable {
    /// A regular file, to be read.
    case file
    /// Found, and left unread for this reason.
    case skipped(SkipReason)
    /// Could not be looked at. At the path of a directory: its contents are unknown.
    case failed(FailReason)
  }

  package var path: RelativePath
  /// All zero when the file could not even be asked for its status.
  package var fingerprint: Fingerprint
  package var verdict: Verdict

  package init(path: RelativePath, fingerprint: Fingerprint, verdict: Verdict) {
    self.path = path
    self.fingerprint = fingerprint
    self.verdict = verdict
  }
}

/// What one walk of a source saw.
package struct WalkResult: Sendable {
  /// In strict byte order of their paths, without duplicates.
  package var entries: [WalkEntry]
  /// Files and whole directories that a rule left out. A directory counts once: nobody looked inside.
  package var ignoredEntries: Int
  /// The rules that left out the most, the strongest first; at most `TreeWalk.reportedRules` of them.
  package var ignoredByRule: [(rule: IgnoreRule, count: Int)]
  /// False when a directory or an ignore file could not be read, or the walk was stopped: then a file that is not
  /// among `entries` may still exist.
  package var isComplete: Bool
  /// The directory that was walked. Another one at the next walk means that a file system was mounted or
  /// unmounted there, or the directory was replaced. Nil when there was none to walk.
  package var root: FileIdentity?
}

/// What one path is at this moment, by the same rules as a walk.
package enum PathVerdict: Sendable, Hashable {
  /// Nothing is there.
  case missing
  /// A regular file that a walk would hand over for reading.
  case file(Fingerprint)
  /// A directory that a walk would enter.
  case directory
  /// Left unread, by its own nature or that of a directory above it.
  case skipped(SkipReason)
  /// Left out by a rule, which may be about a directory above it.
  case ignored(IgnoreRule)
  /// It could not be found out. Not a reason to remove anything.
  case failed(FailReason)
}
