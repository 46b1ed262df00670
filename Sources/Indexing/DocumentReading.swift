internal import Extraction
internal import IndexModel

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

  /// What this machine has for it: what the kernel grants, and the converters.
  static var findings: [Finding] {
    let open = Isolation.allCases.filter { !$0.isGranted }.map(\.rawValue)
    let isolation = Finding(
      check: "documents", isWell: open.isEmpty,
      message: open.isEmpty
        ? "read by a process that has no network, and no files but the document"
        : "read by a process that the kernel does not keep from \(open.joined(separator: " and from "))",
      remedy: open.isEmpty ? nil : "allow seccomp and Landlock (Linux 5.13 and later; containers may forbid them)")
    // A converter is a choice: without it, files are skipped and say so.
    return [isolation]
      + ConverterProgram.allCases.map { program in
        let path = program.converter.executable
        return Finding(
          check: program.rawValue, isWell: true,
          message: path ?? "not installed: \(program.format) is skipped",
          remedy: path == nil ? "to have it read, install \(program.package), and index again" : nil)
      }
  }
}
