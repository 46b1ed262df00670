internal import Extraction

/// The separate process's side of reading documents, for the front end that the program runs in.
package enum DocumentReading {
  /// Answers on standard input, a socket, until its other end is closed. No database is opened.
  ///
  /// - Parameters:
  ///   - memory: bytes of address space; `seconds`: of CPU time for one document.
  /// - Returns: the process's exit status.
  package static func serve(memory: Int, seconds: Int) -> Int32 {
    var limits = ExtractionLimits()
    limits.memory = memory
    limits.seconds = seconds
    return ExtractionServer(limits).run()
  }
}
