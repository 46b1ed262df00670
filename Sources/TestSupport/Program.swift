internal import Foundation

/// Runs another program and waits for its end.
package struct Program: Sendable {
  /// Absolute.
  package var executable: String

  package init(_ executable: String) { self.executable = executable }

  /// Debian's shell for SQLite: a program that knows nothing of ours.
  package static let sqlite3 = Program("/usr/bin/sqlite3")

  /// How a program ended and what it said.
  package struct Result: Sendable {
    package var status: Int32
    package var output: String
    package var errors: String

    /// The lines of `output`.
    package var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// - Throws: when the program cannot be started; not when it fails.
  package func run(_ arguments: [String]) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    // Files, so that no pipe can fill up.
    let output = try TemporaryFile()
    let errors = try TemporaryFile()
    process.standardOutput = output.handle
    process.standardError = errors.handle
    try process.run()
    process.waitUntilExit()
    return Result(status: process.terminationStatus, output: try output.text(), errors: try errors.text())
  }

  /// The pid of a process that has ended and was waited for.
  package static func deadPID() throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/true")
    try process.run()
    process.waitUntilExit()
    return process.processIdentifier
  }
}

private struct TemporaryFile {
  let url = FileManager.default.temporaryDirectory.appending(path: "output-\(UUID().uuidString)")
  let handle: FileHandle

  init() throws {
    try Data().write(to: url)
    handle = try FileHandle(forWritingTo: url)
  }

  func text() throws -> String {
    defer { do { try FileManager.default.removeItem(at: url) } catch {} }
    return String(decoding: try Data(contentsOf: url), as: UTF8.self)
  }
}
