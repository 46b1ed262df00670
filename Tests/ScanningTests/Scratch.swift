import Foundation
import Glibc
import IndexModel

@testable import Scanning

/// A directory of real files for one test, removed when the test lets go of it.
final class Scratch {
  let path: String

  init() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "scanning-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    guard let real = realpath(directory.path, nil) else { throw POSIXError(.ENOENT) }
    defer { free(real) }
    path = String(cString: real)
  }

  deinit {
    // A failed removal leaves a directory in /tmp and must not hide the test's own result.
    _ = try? FileManager.default.removeItem(atPath: path)
  }

  func absolute(_ name: String) -> String { name.isEmpty ? path : "\(path)/\(name)" }

  /// Makes a file, and the directories above it.
  @discardableResult
  func write(_ name: String, _ text: String = "x") throws -> String {
    try write(name, bytes: Array(text.utf8))
  }

  @discardableResult
  func write(_ name: String, bytes: [UInt8]) throws -> String {
    if let slash = name.lastIndex(of: "/") { try makeDirectory(String(name[..<slash])) }
    let file = absolute(name)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  func makeDirectory(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: absolute(name), withIntermediateDirectories: true)
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: absolute(name), withDestinationPath: target)
  }

  func walk(
    _ options: WalkOptions = WalkOptions(), ownFiles: Set<FileIdentity> = [],
    ownDirectory: FileIdentity? = nil,
    at name: String = ""
  ) -> TreeWalk {
    TreeWalk(root: absolute(name), options: options, ownFiles: ownFiles, ownDirectory: ownDirectory)
  }

  func run(_ options: WalkOptions = WalkOptions(), at name: String = "") throws -> WalkResult {
    try walk(options, at: name).run(isStopped: { false })
  }

  func identity(_ name: String) throws -> FileIdentity {
    guard let identity = FileIdentity(path: absolute(name)) else { throw POSIXError(.ENOENT) }
    return identity
  }
}

extension WalkResult {
  /// Such as `a/b` for a file, `a/l: symbolic_link` and `d: failed permission_denied`.
  var lines: [String] {
    entries.map { entry in
      switch entry.verdict {
      case .file: "\(entry.path)"
      case .skipped(let reason): "\(entry.path): \(reason.rawValue)"
      case .failed(let reason): "\(entry.path): failed \(reason.rawValue)"
      }
    }
  }
}
