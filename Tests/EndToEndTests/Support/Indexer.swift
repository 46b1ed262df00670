import Foundation
import TestSupport
import Testing

/// The built program with a data directory, a home and an environment of its own.
///
/// Every run is held to what holds for all output: no SQL, no stack, no defect that it admits itself.
final class Indexer: Sendable {
  let scratch: Scratch
  let dataDirectory: String
  private let home: String
  private let variables: [String: String]

  /// - Parameters:
  ///   - dataDirectory: nil: one below the scratch directory, not made yet.
  ///   - variables: of the environment, on top of `HOME` and `PATH`.
  init(dataDirectory: String? = nil, variables: [String: String] = [:]) throws {
    scratch = try Scratch("e2e")
    self.dataDirectory = dataDirectory ?? scratch.path("data")
    self.variables = variables
    home = scratch.path("home")
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
  }

  deinit {
    for pid in workers { kill(pid, SIGKILL) }
  }

  /// `INDEXER_TEST_BINARY`, else the program that was built beside the tests.
  static let binary: String = {
    if let given = ProcessInfo.processInfo.environment["INDEXER_TEST_BINARY"] { return given }
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appending(path: "indexer").path
  }()

  private var environment: [String: String] {
    var environment = [
      "HOME": home, "PATH": "/usr/bin:/bin", "INDEXER_DATA_DIR": dataDirectory, "INDEXER_IDLE_SECONDS": "1",
      "INDEXER_MIN_FREE": "1M", "LC_ALL": "C.UTF-8",
    ]
    // Coverage of the processes counts too.
    environment["LLVM_PROFILE_FILE"] = ProcessInfo.processInfo.environment["LLVM_PROFILE_FILE"]
    return environment.merging(variables) { $1 }
  }

  // MARK: Running

  /// Starts the program and does not wait for it.
  func spawn(_ arguments: [String], handingOver extra: Int32? = nil) throws -> ChildProcess {
    try ChildProcess(
      [Self.binary] + arguments, environment: environment, directory: scratch.path, scratch: scratch.path,
      handingOver: extra)
  }

  /// Runs the program to its end.
  @discardableResult
  func run(_ arguments: String..., within seconds: Double = 60) async throws -> ChildProcess.Result {
    let result = try await spawn(arguments).end(within: seconds)
    expectClean(result)
    return result
  }

  /// As ``run(_:within:)``; another exit status than 0 ends the test.
  @discardableResult
  func succeed(_ arguments: String..., within seconds: Double = 60) async throws -> ChildProcess.Result {
    let result = try await spawn(arguments).end(within: seconds)
    expectClean(result)
    try #require(result.status == 0, "\(result.command) ended with \(result.status): \(result.everything)")
    return result
  }

  /// Runs another program in cron's environment, such as the line that `cron install` wrote.
  @discardableResult
  func runAsCron(_ commandLine: String) async throws -> ChildProcess.Result {
    let result = try await ChildProcess(
      ["/bin/sh", "-c", commandLine], environment: ["HOME": home, "PATH": "/usr/bin:/bin"], directory: home,
      scratch: scratch.path
    ).end()
    expectClean(result)
    return result
  }

  /// A job in the background.
  ///
  /// - Returns: its id.
  func startInBackground(_ directory: String, _ options: String...) async throws -> String {
    let result = try await spawn(["start", "--background", directory] + options).end()
    expectClean(result)
    try #require(result.status == 0, "\(result.everything)")
    return result.output.trimmingCharacters(in: .newlines)
  }

  // MARK: Asking

  func job(_ id: String) async throws -> JobView {
    try JobView.decode(try await succeed("status", id, "--json").output)
  }

  func jobs() async throws -> [JobView] {
    try JobView.decodeList(try await succeed("jobs", "--json", "--limit", "1000").output)
  }

  func search(_ words: String...) async throws -> SearchView {
    let result = try await spawn(["search", "--json", "--limit", "1000"] + words).end()
    expectClean(result)
    try #require(result.status == 0, "\(result.everything)")
    return try SearchView.decode(result.output)
  }

  /// The words of the history's moves, such as `queued>running`.
  func moves(_ id: String) async throws -> [String] {
    try EventView.decodeList(try await succeed("events", id, "--json").output).map { "\($0.from ?? "")>\($0.to ?? "")" }
  }

  /// Waits until the job is `status`.
  @discardableResult
  func wait(for id: String, toBe status: String, within seconds: Double = 60) async throws -> JobView {
    var last: JobView?
    let came = try await poll(within: seconds, every: 20) {
      last = try await job(id)
      return last?.status == status
    }
    let seen = try #require(last)
    try #require(came, "job \(id) is \(seen.status), not \(status): \(seen)")
    return seen
  }

  // MARK: Processes

  /// The processes that work on this data directory in the background.
  var workers: [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.filter { pid in
      let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
      let arguments = words.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return arguments.contains("worker") && arguments.contains(dataDirectory)
    }
  }

  /// Ends all background workers as a power cut would end them, and waits until they are gone.
  func killWorkers() async throws {
    for pid in workers { kill(pid, SIGKILL) }
    try #require(try await poll(within: 10, every: 1) { workers.isEmpty })
  }

  /// Waits until no background worker is left.
  func waitForIdle(within seconds: Double = 30) async throws {
    try #require(try await poll(within: seconds) { workers.isEmpty }, "workers \(workers) do not end")
  }
}

/// What no user must ever see.
func expectClean(_ result: ChildProcess.Result, sourceLocation: SourceLocation = #_sourceLocation) {
  let forbidden = [
    "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "PRAGMA", "SQLITE_", "SQLite error", "DatabaseError", "GRDB",
    "Fatal error", "Swift/", ".swift:", "Crash", "Thread 0", "internal_error", "should not happen", "please report it",
  ]
  for word in forbidden {
    #expect(
      !result.everything.contains(word), "\(result.command): \(result.everything)", sourceLocation: sourceLocation)
  }
  // A signal that the program did not turn into an exit.
  #expect(
    ![132, 133, 134, 135, 136, 139].contains(result.status), "\(result.command) crashed: \(result.everything)",
    sourceLocation: sourceLocation)
}
