internal import CSupport
internal import Glibc

/// Another program that reads a format: it gets the document as its standard input, and its standard output is taken
/// as it comes. No shell is involved; the program sees an almost empty environment, and dies with this process.
///
/// There is no limit on time here: limits on CPU time and memory are inherited from this process. To be used by a
/// thread that stays until `run` returns.
package struct Converter {
  /// Bytes that are handed on at once, at most.
  static let pieceSize = 64 << 10

  /// The program's file name.
  package let program: String
  /// The Debian or PyPI package to install when it is missing.
  package let package: String
  /// Directories, separated by colons. Relative ones are left out.
  package let searchPath: String

  /// What has gone wrong, told by how the program ended; nil to let the general rules decide.
  package var explain: (_ status: Int32, _ errors: String) -> ExtractionFailure? = { _, _ in nil }

  /// The directories where a system keeps its programs, then those of this process's own `PATH`.
  package static var usualPath: String {
    let own = getenv("PATH").map { ":" + String(cString: $0) } ?? ""
    return "/usr/local/bin:/usr/bin:/bin" + own
  }

  package init(program: String, package: String, searchPath: String = Converter.usualPath) {
    self.program = program
    self.package = package
    self.searchPath = searchPath
  }

  /// The program's absolute path; nil when it is not installed.
  package var executable: String? {
    searchPath.split(separator: ":").lazy.filter { $0.hasPrefix("/") }
      .map { "\($0)/\(program)" }.first(where: Self.isProgram)
  }

  private static func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }

  /// Runs the program on a document, and hands its output to `receive`, piece by piece, none of them empty.
  ///
  /// - Throws: what `receive` throws, after the program was ended; ``ExtractionFailure/missingConverter(_:)``, also for
  ///   one that is there and cannot run: no document is to blame for that;
  ///   ``ExtractionFailure/timeLimit`` and ``ExtractionFailure/memoryLimit`` when it met a limit; and
  ///   ``ExtractionFailure/damaged(_:)``, with the last line that it said, when it failed.
  package func run(
    _ arguments: [String], on document: Document, _ receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard let executable else { throw ExtractionFailure.missingConverter(package) }
    lseek(document.descriptor, 0, SEEK_SET)
    let child: ConverterChild
    do {
      child = try ConverterChild(
        executable, [program] + arguments,
        environment: ["LC_ALL=C.UTF-8", "PATH=\(searchPath)", "HOME=/nonexistent"], input: document.descriptor)
    } catch let failure as ConverterChild.NotExecuted {
      throw unusable(failure.reason)
    }
    let ending: ConverterChild.Ending
    do {
      try child.drain(pieceSize: Self.pieceSize, receive)
      ending = child.wait()
    } catch {
      child.kill()
      throw error
    }
    if let failure = failure(of: ending, errors: child.errors) { throw failure }
  }

  /// It is installed, and does not work: `reason` says why.
  func unusable(_ reason: String) -> ExtractionFailure {
    .missingConverter("\(package); what is there says: \(reason)")
  }

  private func failure(of ending: ConverterChild.Ending, errors: String) -> ExtractionFailure? {
    if case .exit(let status) = ending, let failure = explain(status, errors) { return failure }
    let lastLine = errors.split(whereSeparator: \.isNewline).last.map(String.init)
    let isOutOfMemory = ["bad_alloc", "out of memory", "cannot allocate memory", "memoryerror"].contains {
      errors.lowercased().contains($0)
    }
    return switch ending {
    case .exit(0): nil
    // Of a shell that finds no program, and of the loader that finds no library.
    case .exit(126), .exit(127): unusable(lastLine ?? "\(program) does not start")
    case .exit(let status): isOutOfMemory ? .memoryLimit : .damaged(lastLine ?? "\(program) ended with \(status)")
    case .timeLimit: .timeLimit
    // Not ours: the kernel chose it when memory ran out.
    case .signal(SIGKILL): .memoryLimit
    case .signal(let number): isOutOfMemory ? .memoryLimit : .damaged("\(program) ended by signal \(number)")
    }
  }
}
