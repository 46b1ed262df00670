/// A rule that left something out, told so that a user can find it.
package struct IgnoreRule: Hashable, Sendable, CustomStringConvertible {
  package enum Origin: Hashable, Sendable {
    /// A line, counted from 1, of an ignore file. The path is relative to the source, or absolute for a file
    /// above it.
    case file(path: String, line: Int)
    /// `WalkOptions.exclude`.
    case exclude
    /// Not named by `WalkOptions.include`.
    case include
    /// Below a subdirectory, while `WalkOptions.recursive` is false.
    case notRecursive
  }

  package var origin: Origin
  /// As it was written; empty for `include` and `notRecursive`.
  package var pattern: String

  package init(origin: Origin, pattern: String) {
    self.origin = origin
    self.pattern = pattern
  }

  /// Such as `.gitignore:159` or `--exclude *.log`.
  package var description: String {
    switch origin {
    case .file(let path, let line): "\(path):\(line)"
    case .exclude: "--exclude \(pattern)"
    case .include: "--include"
    case .notRecursive: "--no-recursive"
    }
  }
}
