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
