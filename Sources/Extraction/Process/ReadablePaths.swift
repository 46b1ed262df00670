internal import Glibc

/// What the process that reads documents may read beside the document: what programs need to run, and nothing of the
/// user's.
enum ReadablePaths {
  private static let system = [
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/opt", "/nix/store", "/sys/devices/system",
    "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom",
    // Of other processes, only what every user may see: Landlock keeps it from the rest.
    "/proc",
  ]

  /// Paths that are not there are among them.
  static var all: [String] {
    let converters = ConverterProgram.allCases.compactMap(\.converter.executable)
    return system + Set((converters + converters.compactMap(resolved)).flatMap(needs)).sorted()
  }

  /// A program of the user's own, such as one that pip installed, and its libraries beside it.
  private static func needs(_ executable: String) -> [String] {
    let directory = parent(of: executable)
    return [directory, parent(of: directory) + "/lib"]
  }

  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
