import Foundation

/// A job as the JSON contract has it: written down a second time here, so that a change of the program's own types
/// does not change what the tests ask for.
struct JobView: Decodable, Sendable, Equatable {
  var id: String
  var project: String
  var status: String
  var interrupted: Bool
  var pauseReason: String?
  var phase: String?
  var attempt: Int
  var files: Files
  var reasons: Reasons
  var ignoredBy: [Rule]
  var units: Int
  var lastIndexedFile: String?
  var current: [Current]
  var worker: Worker?
  var error: Refusal?

  struct Files: Decodable, Sendable, Equatable {
    var found, pending, indexed, unchanged, skipped, failed, removed, ignored: Int

    /// P7.
    var addsUp: Bool { found == pending + indexed + unchanged + skipped + failed }
    var settled: Int { found - pending }
  }

  struct Reasons: Decodable, Sendable, Equatable {
    var skipped: [String: Int]
    var failed: [String: Int]
  }

  struct Rule: Decodable, Sendable, Equatable {
    var rule: String
    var count: Int
  }

  struct Current: Decodable, Sendable, Equatable {
    var path: String
    var seconds: Double
  }

  struct Worker: Decodable, Sendable, Equatable {
    var pid: Int32
  }

  struct Refusal: Decodable, Sendable, Equatable {
    var code: String
    var message: String
  }

  static func decode(_ text: String) throws -> JobView { try fromJSON(text) }

  static func decodeList(_ text: String) throws -> [JobView] {
    struct List: Decodable { var jobs: [JobView] }
    return try (fromJSON(text) as List).jobs
  }
}

/// What `--json` prints of an error.
struct ErrorView: Decodable {
  var error: JobView.Refusal

  static func decode(_ text: String) throws -> JobView.Refusal { try (fromJSON(text) as ErrorView).error }
}

struct EventView: Decodable {
  var from: String?
  var to: String?
  var kind: String

  static func decodeList(_ text: String) throws -> [EventView] {
    struct List: Decodable { var events: [EventView] }
    return try (fromJSON(text) as List).events
  }
}

struct SearchView: Decodable {
  var pendingFiles: Int
  var hits: [Hit]

  struct Hit: Decodable {
    var path: String
    var firstLine: Int
    var lastLine: Int
    var kind: String?
    var title: String?
    var page: Int?
    var sheet: String?
    var rows: String?
    var snippet: String
    var context: String
    var stale: Bool
  }

  var paths: Set<String> { Set(hits.map(\.path)) }

  static func decode(_ text: String) throws -> SearchView { try fromJSON(text) }
}

struct FileView: Decodable {
  var path: String
  var outcome: String
  var reason: String?

  /// From JSON lines.
  static func decodeLines(_ text: String) throws -> [FileView] {
    try text.split(separator: "\n").map { try fromJSON(String($0)) }
  }
}

private func fromJSON<Value: Decodable>(_ text: String) throws -> Value {
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  do {
    return try decoder.decode(Value.self, from: Data(text.utf8))
  } catch {
    throw Failure("not the JSON that was promised (\(error)): \(text.prefix(2_000))")
  }
}
