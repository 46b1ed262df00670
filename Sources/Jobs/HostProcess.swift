internal import CSupport
internal import Foundation
package import IndexModel

/// What this host's process table and clocks say: who we are, and whether a worker still lives.
package struct HostProcess: Sendable {
  package let bootID: String
  package let pidNamespace: UInt64

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
  }

  /// For tests: a host of another boot or namespace.
  package init(bootID: String, pidNamespace: UInt64) {
    self.bootID = bootID
    self.pidNamespace = pidNamespace
  }

  /// Milliseconds on CLOCK_BOOTTIME, on which leases are measured.
  package var uptime: Int64 { csupport_boottime_ms() }

  /// The identity of worker slot `slot` of this process.
  package func identity(slot: Int) -> WorkerIdentity {
    WorkerIdentity(
      bootID: bootID, pidNamespace: pidNamespace, pid: getpid(),
      processStart: Self.startTime(of: getpid()) ?? 0, slot: slot)
  }

  package func liveness(of worker: WorkerIdentity) -> LeaseClock.Liveness {
    guard worker.bootID == bootID else { return .dead }
    guard worker.pidNamespace == pidNamespace else { return .unknown }
    return Self.startTime(of: worker.pid) == worker.processStart ? .alive : .dead
  }

  /// Clock ticks after boot at which a process started; nil when there is none, or only its zombie.
  private static func startTime(of pid: Int32) -> UInt64? {
    guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
    // The command name, in parentheses, may itself hold blanks and parentheses: fields are counted after it.
    guard let end = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = line[line.index(after: end)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19, fields[0] != Data("Z".utf8), fields[0] != Data("X".utf8) else { return nil }
    return UInt64(String(decoding: fields[19], as: UTF8.self))
  }
}
