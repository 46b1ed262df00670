import Foundation
import Glibc
import IndexModel

extension Scratch {
  /// Makes nested directories of one name, which may lead beyond PATH_MAX, with a file `f` at the bottom.
  func writeDeep(levels: Int, name: String) throws -> RelativePath {
    var directory = open(path, O_RDONLY | O_DIRECTORY)
    for _ in 0..<levels {
      guard mkdirat(directory, name, 0o700) == 0 else { throw POSIXError(.EIO) }
      let next = openat(directory, name, O_RDONLY | O_DIRECTORY)
      close(directory)
      directory = next
    }
    let file = openat(directory, "f", O_CREAT | O_WRONLY, 0o600)
    guard file >= 0 else { throw POSIXError(.EIO) }
    close(file)
    close(directory)
    return RelativePath(String(repeating: "\(name)/", count: levels) + "f")
  }

  /// Foundation cannot remove what lies beyond PATH_MAX; `rm` can.
  func removeDeepTree() {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/rm")
    process.arguments = ["-rf", path]
    // A failure leaves a directory in /tmp and must not hide the test's own result.
    if (try? process.run()) != nil { process.waitUntilExit() }
  }
}
