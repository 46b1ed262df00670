internal import CSupport

/// What the reading of documents may take.
package struct ExtractionLimits: Hashable, Sendable {
  /// Bytes of address space, of the process and of each converter that it starts.
  package var memory = 1 << 30
  /// CPU time for one document. Not wall time: the index must not depend on how busy the machine is.
  package var seconds = 60
  /// After so long without using CPU time or saying anything, it hangs.
  package var idleMilliseconds: Int64 = 60_000

  package init() {}
}

/// What the kernel keeps the process that reads documents from, beside what ``ExtractionLimits`` say.
package enum Isolation: String, Sendable, CaseIterable {
  case network = "the network"
  case files = "other files"

  /// Whether this machine's kernel does so: with seccomp, and with Landlock.
  package var isGranted: Bool {
    let flag = self == .network ? CSUPPORT_NO_NETWORK : CSUPPORT_NO_FILES
    return Int(csupport_sandbox_flags()) & Int(flag) != 0
  }
}
