internal import CSupport
internal import Foundation
package import IndexModel

/// What this host's process table and clocks say: who we are, and whether a worker still lives.
package struct HostProcess: Sendable {
  package let bootID: String
  package let pidNamespace: UInt64
  /// When this process started, in clock ticks after boot.
  private let start: UInt64

  /// Reads the boot id and pid namespace of this process.
  package init() throws(IndexerError) {
    do {
      bootID = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw IndexerError(.ioError, "cannot read the boot id from /proc; is /proc mounted?")
    }
    var status = stat()
    guard stat("/proc/self/ns/pid", &status) == 0 else {
      throw IndexerError(.ioError, "cannot read the pid namespace from /proc; is /proc mounted?")
    }
    pidNamespace = UInt64(status.st_ino)
    guard case .running(let start, _) = Self.state(of: getpid()) else {
      throw IndexerError(.ioError, "cannot read this process's entry in /proc; is /proc mounted?")
    }
    self.start = start
  }

  /// Milliseconds on CLOCK_BOOTTIME, on which leases are measured.
  package var uptime: Int64 { csupport_boottime_ms() }

  /// The identity of worker slot `slot` of this process.
  package func identity(slot: Int) -> WorkerIdentity {
    WorkerIdentity(
      bootID: bootID, pidNamespace: pidNamespace, pid: getpid(), processStart: start, slot: slot)
  }

  package func liveness(of worker: WorkerIdentity) -> LeaseClock.Liveness {
    guard worker.bootID == bootID else { return .dead }
    guard worker.pidNamespace == pidNamespace else { return .unknown }
    switch Self.state(of: worker.pid) {
    case .running(let start, _): return start == worker.processStart ? .alive : .dead
    case .gone: return .dead
    case .unreadable: return .unknown
    }
  }

  /// Whether there is a process with this pid, here, that is not a mere zombie.
  package func isRunning(_ pid: Int32) -> Bool { Self.state(of: pid) != .gone }

  /// Whether the worker's process has been stopped, as by Ctrl-Z or SIGSTOP: it renews no lease and keeps its locks.
  package func isStopped(_ worker: WorkerIdentity) -> Bool {
    guard worker.bootID == bootID, worker.pidNamespace == pidNamespace else { return false }
    return Self.state(of: worker.pid) == .running(start: worker.processStart, isStopped: true)
  }

  private enum ProcessState: Hashable {
    /// Since so many clock ticks after boot.
    case running(start: UInt64, isStopped: Bool)
    /// Also when only the zombie is left: it has run its last instruction, or, of one with several threads, will with
    /// the system calls that these are in.
    case gone
    /// The process table did not tell, such as for want of descriptors.
    case unreadable
  }

  private static func state(of pid: Int32) -> ProcessState {
    let file = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return errno == ENOENT ? .gone : .unreadable }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = read(file, &bytes, bytes.count)
    guard count > 0 else { return count == 0 || errno == ESRCH ? .gone : .unreadable }
    let line = bytes[..<count]
    // The command name, in parentheses, may itself hold blanks and parentheses: fields are counted after it.
    guard let end = line.lastIndex(of: UInt8(ascii: ")")) else { return .unreadable }
    let fields = line[line.index(after: end)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19, let start = UInt64(String(decoding: fields[19], as: UTF8.self)) else { return .unreadable }
    switch fields[0].first {
    case UInt8(ascii: "Z"), UInt8(ascii: "X"): return .gone
    case UInt8(ascii: "T"), UInt8(ascii: "t"): return .running(start: start, isStopped: true)
    default: return .running(start: start, isStopped: false)
    }
  }
}
