import CSupport
import Glibc

/// What git's rules need to know of the repository around a directory.
enum Repository {
  /// A `.git` directory, or the `.git` file of a worktree or submodule.
  static let marker = ".git"

  /// The rules from above a source, and where its paths begin in that repository.
  struct Surroundings {
    /// The bytes that lead from the repository's top to the source, with a slash at the end; empty when the
    /// source is the top or in no repository.
    var prefix: [UInt8] = []
    var scope = RuleScope.none
    var isComplete = true
  }

  /// Looks upwards from `root` for a repository's top, on the same file system as git does, and reads the ignore
  /// files from there down to the directory above `root`.
  static func surroundings(of root: String, files: IgnoreFiles) -> Surroundings {
    var result = Surroundings()
    guard let components = componentsBelowTop(of: root), !components.isEmpty else { return result }
    let all = root.split(separator: "/")
    var path = "/" + all.dropLast(components.count).joined(separator: "/")
    for (depth, component) in components.enumerated() {
      let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      // A directory that may be entered but not read has no rules for git either.
      if directory >= 0 {
        defer { close(directory) }
        let own = files.lists(in: directory, shownPath: path, baseLength: result.prefix.count)
        let excludes =
          depth == 0 ? repositoryExcludes(top: directory, shownPath: path, baseLength: 0, files: files) : nil
        result.isComplete = result.isComplete && own.isComplete
        result.scope = result.scope.entering(
          ignoreLists: own.lists, repositoryExcludes: excludes, isRepositoryTop: depth == 0)
      }
      result.prefix += Array(component.utf8) + [UInt8(ascii: "/")]
      path += path.hasSuffix("/") ? component : "/\(component)"
    }
    return result
  }

  /// The names that lead from the repository's top to `root`; empty when `root` is the top, nil when it is in no
  /// repository.
  private static func componentsBelowTop(of root: String) -> [Substring]? {
    let all = root.split(separator: "/")
    let device = FileIdentity(path: root)?.device
    for count in stride(from: all.count, through: 0, by: -1) {
      let path = "/" + all.prefix(count).joined(separator: "/")
      if FileIdentity(path: path)?.device != device { return nil }
      if FileIdentity(path: path.hasSuffix("/") ? path + marker : "\(path)/\(marker)") != nil {
        return Array(all.dropFirst(count))
      }
    }
    return nil
  }

  /// `.git/info/exclude` of the repository whose top is the open directory `top`: for a worktree, that of the
  /// main repository. Nil when there is none.
  static func repositoryExcludes(
    top: Int32, shownPath: String, baseLength: Int, files: IgnoreFiles
  ) -> PatternList? {
    let shownTop = shownPath.isEmpty || shownPath.hasSuffix("/") ? shownPath : "\(shownPath)/"
    var bytes: [UInt8]
    var shown = shownTop + ".git/info/exclude"
    switch files.read(".git/info/exclude", in: top) {
    case .contents(let contents): bytes = contents
    case .unreadable: return nil
    case .absent:
      guard let link = text(files.read(marker, in: top)), link.hasPrefix("gitdir: ") else { return nil }
      let directory = open(resolvable(link.dropFirst(8), from: top), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard directory >= 0 else { return nil }
      defer { close(directory) }
      guard let (contents, path) = excludes(ofGitDirectory: directory, files: files) else { return nil }
      (bytes, shown) = (contents, path)
    }
    return PatternList(file: bytes, path: shown, baseLength: baseLength, crossesRepositories: false)
  }

  private static func excludes(
    ofGitDirectory directory: Int32, files: IgnoreFiles
  ) -> (bytes: [UInt8], path: String)? {
    var common = directory
    if let link = text(files.read("commondir", in: directory)) {
      common = open(resolvable(link[...], from: directory), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard common >= 0 else { return nil }
    }
    defer { if common != directory { close(common) } }
    guard case .contents(let bytes) = files.read("info/exclude", in: common) else { return nil }
    return (bytes, path(of: common) + "/info/exclude")
  }

  /// A path that git wrote, absolute or relative to the directory `base`, as one that `open` takes.
  private static func resolvable(_ path: Substring, from base: Int32) -> String {
    path.hasPrefix("/") ? String(path) : "/proc/self/fd/\(base)/\(path)"
  }

  private static func path(of directory: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/fd/\(directory)", &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func text(_ reading: IgnoreFiles.Reading) -> String? {
    guard case .contents(let bytes) = reading else { return nil }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    return String(decoding: line, as: UTF8.self)
  }
}
