internal import IndexModel
internal import Indexing
internal import Logging

/// One thing that a user may set: the only list of settings, from which reading, `config` and messages are made.
struct Setting: Sendable {
  /// In the settings file.
  var key: String
  /// On the command line; nil where there is none.
  var flag: String?
  /// For people, with its unit.
  var summary: String
  /// What a value may be, for messages.
  var allowed: String
  /// Takes a value; false when it is not allowed.
  var read: @Sendable (_ text: String, _ values: inout SettingValues) -> Bool
  /// The value that holds.
  var show: @Sendable (_ values: SettingValues) -> String

  var variable: String { "INDEXER_" + key.uppercased() }

  static let all: [Setting] = [
    Setting(
      key: "data_dir", flag: "--data-dir", summary: "directory of the queue and the indexes",
      allowed: "a path",
      read: { text, values in
        values.service.dataDirectory = text
        return true
      },
      show: { $0.service.dataDirectory }),
    .number(
      "workers", flag: "--workers", "jobs that run at the same time, over all processes", 1...64, \.workers),
    .number("queue_limit", "jobs that may wait, over all projects", 1...1_000_000, \.queueLimit),
    .number(
      "idle_seconds", flag: "--idle", "seconds after which a worker that has nothing to do ends", 0...86_400,
      \.idleSeconds),
    .size(
      "max_file_size", flag: "--max-file-size", "a larger file is skipped; each source keeps its own value",
      \.maximumFileSize, atMost: WalkOptions.largestMaximumFileSize),
    .size(
      "max_upload", "a larger file is not taken over HTTP", \.maximumUpload,
      atMost: WalkOptions.largestMaximumFileSize),
    .list(
      "upload_kinds", "kinds of files that are taken over HTTP; default: all that are read",
      allowed: "some of \(IndexingService.kinds.joined(separator: ", ")), with commas between them", separator: ",",
      \.service.uploadKinds, isAllowed: IndexingService.kinds.contains),
    .size(
      "min_free", "space that stays free on the data directory's disk; below it jobs pause",
      \.minimumFreeBytes),
    .number(
      "keep_generations", "published generations of a project that are kept, the current one included", 1...100,
      \.keepGenerations),
    .number("keep_days", "days after which jobs that have ended leave the history", 1...3_650, \.keepDays),
    .number(
      "keep_audit_days", "days after which the history of who did what is forgotten", 1...36_500, \.keepAuditDays),
    .list(
      "roots", "directories that may be indexed over HTTP, with what is below them; default: the home directory",
      allowed: "absolute paths, with colons between them", separator: ":", \.roots, isAllowed: { $0.hasPrefix("/") }),
    .list(
      "host_names", "names that callers may know the service by, beside loopback's and that of --host",
      allowed: "names, with commas between them", separator: ",", \.hostNames, isAllowed: { !$0.contains(" ") }),
    .number(
      "busy_seconds", "seconds that a database lock of another program is waited for", 0...3_600,
      \.busySeconds),
    Setting(
      key: "log_level", flag: "--log-level", summary: "least level of the lines on standard error",
      allowed: Logger.Level.allCases.map(\.rawValue).joined(separator: ", "),
      read: { text, values in
        values.logLevel = Logger.Level(rawValue: text.lowercased())
        return values.logLevel != nil
      },
      show: { $0.logLevel?.rawValue ?? "warning; info for a worker" }),
  ]

  private static func number(
    _ key: String, flag: String? = nil, _ summary: String, _ range: ClosedRange<Int>,
    _ path: any WritableKeyPath<Settings, Int> & Sendable
  ) -> Setting {
    Setting(
      key: key, flag: flag, summary: summary,
      allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      read: { text, values in
        guard let number = Int(text), range.contains(number) else { return false }
        values.service[keyPath: path] = number
        return true
      },
      show: { String($0.service[keyPath: path]) })
  }

  private static func list(
    _ key: String, _ summary: String, allowed: String, separator: Character,
    _ path: any WritableKeyPath<SettingValues, [String]> & Sendable, isAllowed: @escaping @Sendable (String) -> Bool
  ) -> Setting {
    Setting(
      key: key, flag: nil, summary: summary, allowed: allowed,
      read: { text, values in
        let parts = text.split(separator: separator).map(String.init)
        guard !parts.isEmpty, parts.allSatisfy(isAllowed) else { return false }
        values[keyPath: path] = parts
        return true
      },
      show: { $0[keyPath: path].joined(separator: String(separator)) })
  }

  private static func size(
    _ key: String, flag: String? = nil, _ summary: String,
    _ path: any WritableKeyPath<Settings, Int64> & Sendable, atMost limit: Int64 = .max
  ) -> Setting {
    Setting(
      key: key, flag: flag, summary: summary,
      allowed: ByteSize.allowed + (limit == .max ? "" : ", at most \(limit)"),
      read: { text, values in
        guard let size = ByteSize(text), size.bytes <= limit else { return false }
        values.service[keyPath: path] = size.bytes
        return true
      },
      show: { String($0.service[keyPath: path]) })
  }
}

/// All settings, as they hold.
struct SettingValues: Sendable {
  var service = Settings()
  /// Absolute; empty: the home directory.
  var roots: [String] = []
  var hostNames: [String] = []
  /// nil: each verb's own.
  var logLevel: Logger.Level?
}

/// Where a value came from.
enum SettingOrigin: Hashable, Sendable, CustomStringConvertible {
  case standard
  /// The path of the settings file.
  case file(String)
  case environment(String)
  case flag(String)

  var description: String {
    switch self {
    case .standard: "default"
    case .file(let path): path
    case .environment(let variable): "environment \(variable)"
    case .flag(let flag): "flag \(flag)"
    }
  }
}
