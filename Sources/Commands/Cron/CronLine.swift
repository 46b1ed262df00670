internal import IndexModel

/// The line of a crontab that resumes the jobs of one data directory.
///
/// It works in cron's empty environment: every path is absolute. The mark at its end is a comment to the shell.
struct CronLine: Hashable, Sendable {
  var interval: CronInterval
  /// Absolute.
  var program: String
  /// Absolute.
  var dataDirectory: String
  /// Absolute; nil: where cron's `HOME` leads.
  var configurationHome: String?

  /// The line without its end.
  ///
  /// - Throws: `cron_unavailable` when a path holds a line break, which a crontab cannot say.
  func text() throws -> String {
    if let path = [program, dataDirectory, configurationHome ?? ""].first(where: Self.breaksLines) {
      throw IndexerError(
        .cronUnavailable,
        "a crontab cannot name this path, for it holds a line break: \(path.debugDescription)")
    }
    let variable = configurationHome.map { "XDG_CONFIG_HOME=\(ShellWord.quoted($0)) " } ?? ""
    let log = ShellWord.quoted(dataDirectory + "/logs/cron.log")
    let command =
      "\(variable)\(ShellWord.quoted(program)) resume --interrupted --data-dir \(ShellWord.quoted(dataDirectory))"
    return interval.fields + " " + Self.escaped("\(command) >>\(log) 2>&1") + Self.mark(dataDirectory)
  }

  /// What the line of a data directory ends with.
  static func mark(_ dataDirectory: String) -> String { escaped(" # indexer \(dataDirectory)") }

  private static func breaksLines(_ path: String) -> Bool {
    path.unicodeScalars.contains { $0 == "\n" || $0 == "\r" || $0 == "\0" }
  }

  /// cron turns `%` into a line break, wherever it stands, unless a backslash is in front of it.
  private static func escaped(_ text: String) -> String {
    text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "\\%")
  }
}
