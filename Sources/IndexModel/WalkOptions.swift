/// What of a source's directory is indexed. Kept with the source; what it leaves out is removed from the index.
package struct WalkOptions: Hashable, Sendable, Codable {
  /// Enter subdirectories.
  package var recursive: Bool
  /// Only files that match one of these; empty means all. Patterns as in `.gitignore`, relative to the source.
  package var include: [String]
  /// Files and directories left out, patterns as in `.gitignore`, stronger than every ignore file.
  package var exclude: [String]
  /// Honour `.gitignore`, `.git/info/exclude` and `.indexerignore`.
  package var useIgnoreFiles: Bool
  /// Bytes; a larger file is `skipped(too_large)`.
  package var maximumFileSize: Int64

  /// 256 MiB. A file is held in memory while it is read, one large one at a time: more could not be bounded (P9).
  package static let largestMaximumFileSize: Int64 = 256 << 20

  /// 64 MiB.
  package static let defaultMaximumFileSize: Int64 = 64 << 20

  package init(
    recursive: Bool = true, include: [String] = [], exclude: [String] = [], useIgnoreFiles: Bool = true,
    maximumFileSize: Int64 = WalkOptions.defaultMaximumFileSize
  ) {
    self.recursive = recursive
    self.include = include
    self.exclude = exclude
    self.useIgnoreFiles = useIgnoreFiles
    self.maximumFileSize = maximumFileSize
  }

  private enum CodingKeys: String, CodingKey {
    case recursive, include, exclude
    case useIgnoreFiles = "use_ignore_files"
    case maximumFileSize = "max_file_size"
  }
}
