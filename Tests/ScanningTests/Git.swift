import Foundation
import Glibc

/// The real git, as the measure of ignore rules, without the settings of whoever runs the tests.
struct Git {
  let directory: String

  /// - Parameter input: given on standard input by way of a file, so that no pipe can fill up.
  func run(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    let inputFile = FileManager.default.temporaryDirectory.appending(path: "git-input-\(UUID().uuidString)")
    try Data(input).write(to: inputFile)
    defer { unlink(inputFile.path) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/git")
    process.arguments = ["-c", "core.excludesFile=", "-C", directory] + arguments
    process.environment = ["GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent", "PATH": "/usr/bin:/bin"]
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Array(bytes)
  }

  func makeRepository() throws {
    _ = try run(["init", "-q", "--template="])
    try FileManager.default.createDirectory(
      atPath: "\(directory)/.git/info", withIntermediateDirectories: true)
  }

  /// Files that no rule leaves out, relative to `directory`, in byte order.
  func notIgnored() throws -> [String] {
    try fields(run(["ls-files", "-co", "--exclude-standard", "-z"])).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }

  /// For each path the deciding rule as `file:line`, negative ones left out.
  func ignoringRules(of paths: [String]) throws -> [String: String] {
    let input: [UInt8] = paths.flatMap { Array($0.utf8) + [UInt8(0)] }
    let all = try fields(run(["check-ignore", "--no-index", "-v", "-z", "--stdin"], input: input))
    var rules: [String: String] = [:]
    for start in stride(from: 0, to: all.count - 3, by: 4) where !all[start + 2].hasPrefix("!") {
      rules[all[start + 3]] = "\(all[start]):\(all[start + 1])"
    }
    return rules
  }

  private func fields(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
