internal import CSupport
internal import Glibc
package import IndexModel

/// The separate process that reads documents: the same program, without network, without rights to write, and with
/// limits. Started with the first document, used for many, ended by ``close()``. Belongs to the thread that uses it: when
/// that ends, the kernel ends the process.
package final class ExtractionProcess {
  private let program: String
  private let limits: ExtractionLimits
  private var process: (id: pid_t, socket: Int32)?
  /// The peak of this process when it started that one, in KiB: the kernel counts it as the other's own.
  private var inheritedPeak = 0
  private var buffer: [UInt8] = []

  /// How a document was read.
  package struct Reading: Hashable, Sendable {
    /// What it turned out to be; nil when the process ended before it could tell.
    package var kind: String?
    package var units = 0
    package var failure: ExtractionFailure?
    /// The process crashed; it is started anew for the next document.
    package var hasCrashed = false
  }

  /// The caller's ``extract(_:_:name:columns:isStopped:table:unit:)`` was stopped.
  package struct Stopped: Error {}

  /// - Parameter program: answers to the argument `extract` with ``ExtractionServer``.
  package init(program: String = "/proc/self/exe", limits: ExtractionLimits = ExtractionLimits()) {
    self.program = program
    self.limits = limits
  }

  deinit { close() }

  /// Ends the process.
  package func close() {
    guard let process else { return }
    self.process = nil
    Glibc.close(process.socket)
    kill(-process.id, SIGKILL)
    var status: Int32 = 0
    while waitpid(process.id, &status, 0) < 0, errno == EINTR {}
  }

  /// Has one document read. Blocks.
  ///
  /// - Parameters:
  ///   - name: the last component of its path.
  ///   - isStopped: asked every 50 ms.
  ///   - table: called with the columns of each table, before its units.
  ///   - unit: called with each unit as it comes; nothing is known of the rest yet.
  /// - Throws: ``Stopped``; what `unit` throws; ``IndexerError`` when no process can be started.
  package func extract(
    _ bytes: UnsafeRawBufferPointer, _ family: DocumentFamily, name: String, columns: ColumnPreferences,
    isStopped: () -> Bool, table: (TableColumns) throws -> Void = { _ in }, unit: (DocumentUnit) throws -> Void
  ) throws -> Reading {
    let memory = csupport_sealed_memory(bytes.baseAddress, bytes.count)
    guard memory >= 0 else { throw Self.trouble(errno, "hand a document over") }
    defer { Glibc.close(memory) }
    let request = DocumentRequest(
      family: family, name: name, size: bytes.count, searched: columns.searched, context: columns.context)
    do {
      try send(.document(request), memory)
      return try receive(UnitSink.Limits(size: bytes.count), isStopped, table, unit)
    } catch {
      // It may be in the middle of a document that nobody wants any more.
      close()
      throw error
    }
  }

  private func send(_ message: WireMessage, _ descriptor: Int32) throws {
    // One that died between two documents is started anew, once.
    for attempt in 0..<2 {
      let process = try process ?? start()
      let failure = csupport_send(process.socket, message.bytes, message.bytes.count, descriptor)
      if failure == 0 { return }
      close()
      guard attempt == 0, failure == EPIPE || failure == ECONNRESET else {
        throw Self.trouble(failure, "reach the process that reads documents")
      }
    }
  }

  /// - Parameter limits: held to here as well: the process may be in anybody's hands.
  private func receive(
    _ limits: UnitSink.Limits, _ isStopped: () -> Bool, _ table: (TableColumns) throws -> Void,
    _ unit: (DocumentUnit) throws -> Void
  ) throws -> Reading {
    var reading = Reading()
    var bytes = 0
    while true {
      switch try nextMessage(isStopped) {
      case .message(.kind(let kind)): reading.kind = Extractors.isKind(kind) ? kind : nil
      case .message(.columns(let columns)):
        bytes += columns.names.reduce(64) { $0 + $1.utf8.count }
        guard bytes <= limits.bytes else {
          close()
          reading.failure = .tooMuchText
          return reading
        }
        try table(columns)
      case .message(.unit(let found)):
        bytes += found.bytes
        guard bytes <= limits.bytes, reading.units < limits.units else {
          close()
          reading.failure = .tooMuchText
          return reading
        }
        try unit(found)
        reading.units += 1
      case .message(.end): return reading
      case .message(.failure(let failure)):
        reading.failure = failure
        return reading
      case .ended(let cause):
        reading.failure = cause
        reading.hasCrashed = cause == nil
        return reading
      case .message(.document):
        close()
        reading.hasCrashed = true
        return reading
      }
    }
  }

  // MARK: Receiving

  private enum Next {
    case message(WireMessage)
    /// The process is gone: by a limit, or else by a crash.
    case ended(ExtractionFailure?)
  }

  private func nextMessage(_ isStopped: () -> Bool) throws -> Next {
    guard try fill(WireMessage.headerSize, isStopped) else { return .ended(reap()) }
    let letter = buffer[0]
    guard let length = buffer.withUnsafeBytes({ WireMessage.length(ofHeader: $0) }) else { return .ended(abandon()) }
    guard try fill(length, isStopped) else { return .ended(reap()) }
    guard let message = buffer.withUnsafeBytes({ WireMessage(letter: letter, fields: $0) }) else {
      return .ended(abandon())
    }
    return .message(message)
  }

  /// Fills the buffer with the next `count` bytes.
  ///
  /// - Returns: false when the process has ended before.
  private func fill(_ count: Int, _ isStopped: () -> Bool) throws -> Bool {
    guard let process else { return false }
    buffer.removeAll(keepingCapacity: count < 1 << 20)
    var idleness = Idleness(of: process.id)
    while buffer.count < count {
      var poll = pollfd(fd: process.socket, events: Int16(POLLIN), revents: 0)
      let ready = Glibc.poll(&poll, 1, 50)
      if isStopped() { throw Stopped() }
      guard ready > 0 else {
        // Neither working nor saying anything: it waits for something that never comes.
        let idle = idleness.milliseconds()
        if idle > limits.idleMilliseconds { kill(-process.id, SIGXCPU) }
        if idle > limits.idleMilliseconds + 5_000 { kill(-process.id, SIGKILL) }
        continue
      }
      let wanted = count - buffer.count
      let received = withUnsafeTemporaryAllocation(byteCount: min(wanted, 256 << 10), alignment: 1) { piece in
        let received = csupport_receive(process.socket, piece.baseAddress, piece.count, nil)
        if received > 0 { buffer.append(contentsOf: piece[..<received]) }
        return received
      }
      if received <= 0 { return false }
    }
    return true
  }

  /// What it says is no message: it may be in anybody's hands.
  private func abandon() -> ExtractionFailure? {
    close()
    return nil
  }

  /// Why the process ended; nil for a crash.
  private func reap() -> ExtractionFailure? {
    guard let process else { return nil }
    self.process = nil
    Glibc.close(process.socket)
    kill(-process.id, SIGKILL)
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process.id, &status, 0, &usage) < 0, errno == EINTR {}
    let signal = status & 0x7F
    if signal == SIGXCPU { return .timeLimit }
    // Peak, in KiB. What cannot get more memory dies in many ways; all of them had most of it. And when the machine has
    // no more, the kernel chooses a process that has much, and kills it.
    let hasGrown = usage.ru_maxrss > inheritedPeak && usage.ru_maxrss << 10 > limits.memory / 2
    if signal == SIGKILL || hasGrown { return .memoryLimit }
    return nil
  }

  // MARK: Starting

  private func start() throws -> (id: pid_t, socket: Int32) {
    var sockets: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &sockets) == 0 else {
      throw Self.trouble(errno, "start the process that reads documents")
    }
    defer { Glibc.close(sockets[1]) }
    let arguments = ["indexer", "extract", "--memory", String(limits.memory), "--seconds", String(limits.seconds)]
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    // No trace of the stack of a crash that a hostile document brought about: it would take seconds, and fill the log.
    let environment = ["PATH=\(path)", "LC_ALL=C.UTF-8", "HOME=/nonexistent", "SWIFT_BACKTRACE=enable=no"]
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for text in argv + envp { free(text) } }
    var id: pid_t = 0
    // Standard input is the socket; output and errors go where this program's errors go.
    let failure = csupport_spawn_self(program, &argv, &envp, [sockets[1], 2, 2], 3, &id)
    guard failure == 0 else {
      Glibc.close(sockets[0])
      throw Self.trouble(failure, "start the process that reads documents")
    }
    var own = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &own)
    inheritedPeak = own.ru_maxrss
    process = (id, sockets[0])
    return (id, sockets[0])
  }

  private static func trouble(_ code: Int32, _ what: String) -> IndexerError {
    IndexerError(.ioError, "could not \(what): \(String(cString: strerror(code)))")
  }
}
