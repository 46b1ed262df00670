import Foundation
import TestSupport

/// A `crontab` program that keeps its table in a file: no test touches the crontab of whoever runs it.
struct FakeCrontab: Sendable {
  /// To be first in `PATH`.
  let directory: String
  private let table: String

  init(in scratch: Scratch) throws {
    directory = scratch.path("bin-\(UUID().uuidString)")
    table = directory + "/table"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let script = """
      #!/bin/sh
      case $1 in
      -l) [ -f '\(table)' ] || { echo "no crontab for tester" >&2; exit 1; }; cat '\(table)' ;;
      -) cat >'\(table)' ;;
      *) exit 2 ;;
      esac

      """
    try Data(script.utf8).write(to: URL(fileURLWithPath: directory + "/crontab"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory + "/crontab")
  }

  var path: String { "\(directory):/usr/bin:/bin" }

  var text: String {
    get { (try? String(contentsOfFile: table, encoding: .utf8)) ?? "" }
    nonmutating set { try? Data(newValue.utf8).write(to: URL(fileURLWithPath: table)) }
  }
}

/// What cron hands to `/bin/sh` for a line: without the five fields, and with `\%` as `%`.
func cronCommand(_ line: String) -> String {
  line.split(separator: " ", maxSplits: 5).last.map { String($0).replacing("\\%", with: "%") } ?? ""
}
