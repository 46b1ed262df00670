internal import CSupport
internal import Glibc

/// A converter that runs. A class, since it owns a process and two pipes, which must end once, on every way out.
final class ConverterChild {
  enum Ending: Hashable {
    case exit(Int32)
    /// Its CPU time ran out.
    case timeLimit
    case signal(Int32)
  }

  /// Bytes of standard error that are kept.
  private static let keptErrors = 4 << 10

  private let child: csupport_converter
  private var errorBytes: [UInt8] = []

  /// The end of what it has said on standard error.
  var errors: String { String(decoding: errorBytes, as: UTF8.self) }

  /// The program is there, and the kernel cannot execute it.
  struct NotExecuted: Error {
    var reason: String
  }

  /// - Throws: ``ExtractionFailure/memoryLimit`` when there is no room for another process; ``NotExecuted``.
  init(_ executable: String, _ arguments: [String], environment: [String], input: Int32) throws {
    var child = csupport_converter()
    let problem = Self.withCStrings(arguments) { argv in
      Self.withCStrings(environment) { envp in csupport_spawn_converter(executable, argv, envp, input, &child) }
    }
    switch problem {
    case 0: break
    case EAGAIN, ENOMEM, EMFILE, ENFILE: throw ExtractionFailure.memoryLimit
    default: throw NotExecuted(reason: "cannot execute \(executable): \(String(cString: strerror(problem)))")
    }
    // Only now, so that a failed attempt closes nothing.
    self.child = child
  }

  deinit {
    close(child.output)
    close(child.errors)
  }

  /// Reads until both pipes are closed. A program that closes them and runs on is waited for later.
  func drain(pieceSize: Int, _ receive: (UnsafeRawBufferPointer) throws -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 16)
    defer { buffer.deallocate() }
    var watched = [
      pollfd(fd: child.output, events: Int16(POLLIN), revents: 0),
      pollfd(fd: child.errors, events: Int16(POLLIN), revents: 0),
    ]
    while watched.contains(where: { $0.fd >= 0 }) {
      guard poll(&watched, nfds_t(watched.count), -1) >= 0 else {
        if errno == EINTR { continue }
        throw ExtractionFailure.damaged("cannot wait for the converter")
      }
      for index in watched.indices where watched[index].fd >= 0 && watched[index].revents != 0 {
        let count = read(watched[index].fd, buffer.baseAddress, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else {
          // A negative descriptor is passed over by poll.
          watched[index].fd = -1
          continue
        }
        let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        if index == 0 { try receive(piece) } else { keep(piece) }
      }
    }
  }

  private func keep(_ piece: UnsafeRawBufferPointer) {
    errorBytes += piece.suffix(Self.keptErrors)
    if errorBytes.count > Self.keptErrors { errorBytes.removeFirst(errorBytes.count - Self.keptErrors) }
  }

  /// Waits for its end.
  func wait() -> Ending {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child.pid, &status, 0, &usage) < 0, errno == EINTR {}
    // WTERMSIG and WEXITSTATUS are macros that Swift cannot see.
    let signal = status & 0x7F
    if signal == 0 { return .exit(status >> 8 & 0xFF) }
    return signal == SIGXCPU || signal == SIGKILL && hasUsedUp(usage) ? .timeLimit : .signal(signal)
  }

  /// Whether all of its CPU time was used: Linux sends SIGKILL when the first signal, SIGXCPU, was not heeded.
  private func hasUsedUp(_ usage: rusage) -> Bool {
    let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
    // The kernel counts the limit in other units than it reports: it may be short of it by a few ticks.
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (microseconds + 100_000) / 1_000_000 >= child.cpu_seconds
  }

  /// Ends it at once.
  func kill() {
    Glibc.kill(child.pid, SIGKILL)
    _ = wait()
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    let copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return copies.withUnsafeBufferPointer { body($0.baseAddress!) }
  }
}
