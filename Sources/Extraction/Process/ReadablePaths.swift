internal import Foundation

/// What the process that reads documents may read beside the document: what programs need to run, and nothing of the
/// user's.
enum ReadablePaths {
  private static let system = [
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/opt", "/nix/store",
    // DuckDB looks there for the limits of its memory, and fails where it may not.
    "/sys",
    "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom",
    // Of other processes, only what every user may see: Landlock keeps it from the rest.
    "/proc",
  ]

  /// Paths that are not there are among them.
  static var all: [String] {
    system + Set(ConverterProgram.allCases.compactMap(\.converter.executable).flatMap(needs)).sorted()
  }

  /// A program of the user's own, such as one that pip installed; its libraries beside it; and what runs it, if it is a
  /// script.
  private static func needs(_ executable: String) -> [String] {
    var paths: [String] = []
    var programs = [executable]
    // A script's interpreter may be a link too, such as the Python of a virtual environment.
    if let interpreter = interpreter(of: executable) { programs.append(interpreter) }
    for program in programs + programs.compactMap(resolved) {
      let directory = parent(of: program)
      let prefix = parent(of: directory)
      paths += [directory, prefix + "/lib", prefix + "/pyvenv.cfg"]
    }
    return paths
  }

  private static func interpreter(of script: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: script), let head = try? file.read(upToCount: 256),
      head.starts(with: "#!".utf8)
    else { return nil }
    let words = head.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }.split(separator: UInt8(ascii: " "))
      .map { String(decoding: $0, as: UTF8.self) }
    guard let first = words.first else { return nil }
    guard first.hasSuffix("/env"), words.count > 1 else { return first }
    return Converter(program: words[words.count - 1], package: "").executable
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
