internal import CSupport
internal import Glibc

/// How long a process and its children have used no CPU time.
struct Idleness {
  private let process: pid_t
  private var used: Int = -1
  private var since: Int64

  init(of process: pid_t) {
    self.process = process
    since = csupport_boottime_ms()
  }

  /// Looks now. Milliseconds since a look that found CPU time used, or since the beginning.
  mutating func milliseconds() -> Int64 {
    let now = csupport_boottime_ms()
    // Looked at seldom: a second is short against the limit.
    guard now - since > 1_000 else { return 0 }
    let total = ([process] + Self.children(of: process)).reduce(0) { $0 + Self.ticks(of: $1) }
    if total != used {
      used = total
      since = now
    }
    return now - since
  }

  private static func children(of process: pid_t) -> [pid_t] {
    let text = contents(of: "/proc/\(process)/task/\(process)/children")
    return text.split(separator: " ").compactMap { pid_t($0) }
  }

  /// User and system time: fields 14 and 15 of proc_pid_stat(5), counted behind the name, which may hold anything.
  private static func ticks(of process: pid_t) -> Int {
    let text = contents(of: "/proc/\(process)/stat")
    guard let end = text.lastIndex(of: ")") else { return 0 }
    let fields = text[end...].split(separator: " ")
    guard fields.count > 13 else { return 0 }
    return (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
  }

  private static func contents(of path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    return withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { space in
      let count = read(file, space.baseAddress, space.count)
      return count > 0 ? String(decoding: space[..<count], as: UTF8.self) : ""
    }
  }
}
