import Foundation
import FoundationNetworking
import TestSupport
import Testing

/// `indexer serve` on a port of its own, and a client of it.
final class RunningService: Sendable {
  let indexer: Indexer
  let process: ChildProcess
  let url: String

  struct Answer: Sendable {
    var status: Int
    var headers: [String: String]
    var body: String

    /// The body as JSON.
    func json() throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any], "\(status) \(body)")
    }

    func text(_ key: String) throws -> String { try #require(try json()[key] as? String, "\(key): \(body)") }

    /// The code and message of an error, in the one shape that errors have.
    func error() throws -> (code: String, message: String) {
      let error = try #require(try json()["error"] as? [String: Any], "\(status) \(body)")
      #expect(Set(error.keys) == ["code", "message", "details"], "\(body)")
      return (try #require(error["code"] as? String), try #require(error["message"] as? String))
    }
  }

  init(_ indexer: Indexer, _ options: String...) async throws {
    self.indexer = indexer
    let process = try indexer.spawn(["serve", "--port", "0", "--log-level", "warning"] + options)
    self.process = process
    try #require(
      try await poll(within: 30) { process.outputSoFar.contains("\n") }, "serve is not up: \(process.errorsSoFar)")
    url = process.outputSoFar.trimmingCharacters(in: .newlines).replacingOccurrences(of: "Listening on ", with: "")
  }

  /// Waited for: the monitor of exit tests spins for as long as there is a zombie that is none of its.
  deinit {
    process.signal(SIGKILL)
    _ = process.succeeds()
  }

  /// Asks, and holds the answer to what holds for all of them.
  func ask(
    _ path: String, _ method: String = "GET", body: String? = nil, headers: [String: String] = [:]
  ) async throws -> Answer {
    var request = URLRequest(url: try #require(URL(string: url.dropLast() + path), "\(path)"))
    request.httpMethod = method
    request.httpBody = body.map { Data($0.utf8) }
    request.timeoutInterval = 30
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let (data, response) = try await URLSession.shared.data(for: request)
    let http = try #require(response as? HTTPURLResponse)
    let text = String(decoding: data, as: UTF8.self)
    for word in ["SELECT ", "SQLITE_", "internal_error", "Fatal error", ".swift:"] {
      #expect(!text.contains(word) || path.hasPrefix("/page"), "\(method) \(path): \(text)")
    }
    #expect(http.statusCode < 500 || http.statusCode == 503, "\(method) \(path): \(text)")
    let fields = Dictionary(
      uniqueKeysWithValues: http.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") })
    #expect(fields["x-content-type-options"] == "nosniff", "\(method) \(path)")
    return Answer(status: http.statusCode, headers: fields, body: text)
  }

  /// Sends a file.
  func upload(_ text: String, as name: String, to project: String, label: String? = nil) async throws -> Answer {
    let query = label.map { "?label=\($0)" } ?? ""
    return try await ask("/projects/\(project)/sources/\(name)\(query)", "PUT", body: text)
  }

  func ingest(_ directory: String, headers: [String: String] = [:]) async throws -> Answer {
    let body = try JSONSerialization.data(withJSONObject: ["directory": directory])
    return try await ask("/ingest", "POST", body: String(decoding: body, as: UTF8.self), headers: headers)
  }

  /// Waits until the job has a status.
  func wait(for id: String, toBe status: String) async throws {
    var last = ""
    let came = try await poll(within: 60, every: 30) {
      last = try await ask("/jobs/\(id)").text("status")
      return last == status
    }
    try #require(came, "job \(id) is \(last), not \(status)")
  }

  /// The frames of a stream of events, as far as they come within some seconds.
  func events(_ path: String, lastEvent: Int? = nil, within seconds: Double) async throws -> [String] {
    let header = lastEvent.map { ["-H", "Last-Event-ID: \($0)"] } ?? []
    let curl = try ChildProcess(
      ["/usr/bin/curl", "-sN", "--max-time", "\(seconds)"] + header + [url.dropLast() + path],
      environment: ["PATH": "/usr/bin:/bin"], directory: indexer.scratch.path, scratch: indexer.scratch.path)
    return try await curl.end(within: seconds + 20).output.components(separatedBy: "\n\n")
      .filter { $0.hasPrefix("id: ") && $0.contains("event: ") }
  }
}
