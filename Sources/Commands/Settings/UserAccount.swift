internal import Foundation

/// Who runs this process, and where this user's files lie.
struct UserAccount: Hashable, Sendable {
  var name: String
  /// Absolute; nil when neither the environment nor the password file knows one.
  var home: String?

  /// From the password file, with `HOME` going first for the directory.
  init(environment: [String: String]) {
    let entry = getpwuid(geteuid())?.pointee
    name = entry.map { String(cString: $0.pw_name) } ?? "uid \(geteuid())"
    home =
      environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? entry.map { String(cString: $0.pw_dir) }
  }

  init(name: String, home: String?) {
    self.name = name
    self.home = home
  }

  /// How the history names this user at this front end.
  var actor: String { "cli:\(name)" }

  /// A directory of the XDG base directory specification: the variable when it is an absolute path, else the
  /// directory in the user's home.
  func baseDirectory(_ variable: String, _ directory: String, _ environment: [String: String]) -> String? {
    if let value = environment[variable], value.hasPrefix("/") { return value }
    return home.map { $0 == "/" ? "/\(directory)" : "\($0)/\(directory)" }
  }
}
