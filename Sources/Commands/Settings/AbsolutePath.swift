/// Path names without a look at the file system.
enum AbsolutePath {
  /// `path` from the root, without empty components, `.` and `..`. Links are not resolved.
  static func of(_ path: String, from workingDirectory: String) -> String {
    let whole = path.hasPrefix("/") ? path : workingDirectory + "/" + path
    var components: [Substring] = []
    for component in whole.split(separator: "/") where component != "." {
      if component == ".." {
        components = components.dropLast()
      } else {
        components.append(component)
      }
    }
    return "/" + components.joined(separator: "/")
  }

  /// `path` as `grep` would show it: relative when it lies below `directory`, so that editors can open it.
  static func shown(_ path: String, in directory: String) -> String {
    let prefix = directory.hasSuffix("/") ? directory : directory + "/"
    guard path.hasPrefix(prefix), path.count > prefix.count else { return path }
    return String(path.dropFirst(prefix.count))
  }
}
