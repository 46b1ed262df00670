/// Who runs a job: enough to tell, on the same host, whether that process is still alive.
package struct WorkerIdentity: Hashable, Sendable, CustomStringConvertible {
  /// Another boot id means dead, whatever the clock says.
  package var bootID: String
  /// The inode of the process's pid namespace: in another one a pid means another process.
  package var pidNamespace: UInt64
  package var pid: Int32
  /// Clock ticks since boot: tells a reused pid.
  package var processStart: UInt64
  package var slot: Int

  package init(bootID: String, pidNamespace: UInt64, pid: Int32, processStart: UInt64, slot: Int) {
    self.bootID = bootID
    self.pidNamespace = pidNamespace
    self.pid = pid
    self.processStart = processStart
    self.slot = slot
  }

  /// The form of the `lease_owner` column.
  package var description: String { "\(bootID)/\(pidNamespace)/\(pid)/\(processStart)/\(slot)" }

  /// Reads the form of `description`.
  package init?(_ text: String) {
    let parts = text.split(separator: "/")
    guard parts.count == 5, let namespace = UInt64(parts[1]), let pid = Int32(parts[2]),
      let start = UInt64(parts[3]), let slot = Int(parts[4])
    else { return nil }
    self.init(
      bootID: String(parts[0]), pidNamespace: namespace, pid: pid, processStart: start, slot: slot)
  }
}

/// How long a claim holds, and the rule that tells a live worker from a dead one.
package struct LeaseClock: Hashable, Sendable {
  /// Milliseconds a claim or heartbeat holds for.
  package var duration: Int64 = 30_000
  /// Milliseconds between heartbeats.
  package var renewal: Int64 = 10_000

  package init() {}

  /// What the host's process table says of a worker.
  package enum Liveness: Hashable, Sendable {
    case alive, dead
    /// In another pid namespace, or the process table cannot be read: only the lease can tell.
    case unknown
  }

  /// Whether the worker of a lease is gone.
  ///
  /// - Parameters:
  ///   - expires: milliseconds on CLOCK_BOOTTIME.
  ///   - now: the same clock.
  package func isInterrupted(
    owner: WorkerIdentity, expires: Int64, now: Int64, bootID: String, liveness: Liveness
  ) -> Bool {
    owner.bootID != bootID || liveness == .dead || now >= expires
  }
}
