internal import Foundation

/// A `sqlite3` shell that has run some statements and stays open: another program that holds a lock.
package final class ForeignShell: @unchecked Sendable {
  // `@unchecked`: the process and its pipe are set once, and used by `close` only.
  private let process = Process()
  private let input = Pipe()

  /// Opens `file` and runs `statements`; returns when they are done.
  ///
  /// - Throws: when the shell cannot be started, or a statement failed.
  package init(_ file: String, _ statements: String) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: Program.sqlite3.executable)
    process.arguments = ["-bail", file]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    // `.shell` writes past the buffer of the shell's own output.
    try input.fileHandleForWriting.write(contentsOf: Data("\(statements)\n.shell echo ready\n".utf8))
    var said = Data()
    while !said.contains(Data("ready\n".utf8)) {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw Failure(statements: statements) }
      said.append(more)
    }
  }

  package struct Failure: Error {
    package var statements: String
  }

  package var pid: Int32 { process.processIdentifier }

  /// Ends the shell, and with it its transaction.
  package func close() {
    guard process.isRunning else { return }
    // Not SIGTERM: threads of Swift's pool have it blocked, and programs started from them inherit that.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  deinit { close() }
}
