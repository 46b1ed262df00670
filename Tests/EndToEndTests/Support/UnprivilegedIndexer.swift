import Foundation
import TestSupport

/// The program run by a user for whom permissions hold: the tests may run as root, whom nothing is denied.
struct UnprivilegedIndexer: Sendable {
  private let scratch: Scratch
  private static let nobody: uid_t = 65_534

  /// - Parameters:
  ///   - sharing: directories that the user must be able to enter.
  ///   - owning: files and directories that shall belong to him.
  init(sharing: [String], owning: [String]) throws {
    scratch = try Scratch("nobody")
    guard getuid() == 0 else { return }
    for path in sharing { chmod(path, 0o755) }
    for path in owning + [scratch.path] { chown(path, Self.nobody, Self.nobody) }
  }

  func run(_ arguments: String...) async throws -> ChildProcess.Result {
    let user = "\(Self.nobody)"
    let prefix = getuid() == 0 ? ["/usr/bin/setpriv", "--reuid", user, "--regid", user, "--clear-groups"] : []
    let output = try Scratch("output")
    return try await ChildProcess(
      prefix + [Indexer.binary] + arguments,
      environment: [
        "HOME": scratch.path, "PATH": "/usr/bin:/bin", "INDEXER_DATA_DIR": scratch.path("data"),
        "INDEXER_MIN_FREE": "1M",
      ], directory: "/", scratch: output.path
    ).end()
  }
}
