internal import Foundation

/// A directory of its own for one test, removed when the test lets go of it.
package final class Scratch: Sendable {
  /// Absolute, without symbolic links.
  package let path: String

  /// Makes the directory below `FileManager.temporaryDirectory`, readable by its owner only.
  package init(_ name: String = "indexer") throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    path = directory.resolvingSymlinksInPath().path
  }

  deinit {
    // A failed removal leaves a directory in /tmp and must not hide the test's own result.
    do { try FileManager.default.removeItem(atPath: path) } catch {}
  }

  /// The absolute path of `name` below this directory.
  package func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Makes a file, and the directories above it.
  ///
  /// - Returns: its absolute path.
  @discardableResult
  package func write(_ name: String, _ text: String) throws -> String {
    let file = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file.path
  }
}
