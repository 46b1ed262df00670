internal import CSupport
internal import Glibc
internal import IndexModel

/// The other end of ``ExtractionProcess``: reads one document after another, until nobody asks any more.
package struct ExtractionServer {
  private let socket: Int32 = 0
  private let limits: ExtractionLimits

  package init(_ limits: ExtractionLimits) { self.limits = limits }

  /// Returns when the other end has closed the socket, or when what comes is no request.
  ///
  /// - Returns: the process's exit status.
  package func run() -> Int32 {
    let peak = csupport_open_peak()
    guard enterSandbox() else { return 1 }
    while let (request, descriptor) = receive() {
      defer { close(descriptor) }
      // What ends this process is judged by the memory that this document took.
      csupport_forget_peak(peak)
      guard csupport_limit_cpu(Int32(limits.seconds)) == 0 else { return 1 }
      guard answer(request, descriptor) else { return 0 }
    }
    return 0
  }

  private func enterSandbox() -> Bool {
    var readable: [UnsafePointer<CChar>?] = ReadablePaths.all.map { UnsafePointer(strdup($0)) } + [nil]
    defer { for path in readable { free(UnsafeMutablePointer(mutating: path)) } }
    return csupport_enter_sandbox(UInt64(limits.memory), &readable) >= 0
  }

  /// - Returns: false when nobody listens any more.
  private func answer(_ request: DocumentRequest, _ descriptor: Int32) -> Bool {
    struct Unheard: Error {}
    func say(_ message: WireMessage) throws {
      let bytes = message.bytes
      guard csupport_send(socket, bytes, bytes.count, -1) == 0 else { throw Unheard() }
    }
    do {
      let document = Document(
        descriptor: descriptor, size: request.size, name: request.name,
        columns: ColumnPreferences(searched: request.searched, context: request.context))
      do {
        let extractor = try request.family.extractor(of: document)
        try say(.kind(extractor.kind))
        let sink = UnitSink(
          limits: .init(size: request.size), columns: { try say(.columns($0)) }, deliver: { try say(.unit($0)) })
        try extractor.extract(document, to: sink)
        try say(.end)
      } catch let failure as ExtractionFailure {
        try say(.failure(failure))
      } catch let error where !(error is Unheard) {
        try say(.failure(.damaged("\(error)")))
      }
      return true
    } catch {
      return false
    }
  }

  private func receive() -> (DocumentRequest, Int32)? {
    var descriptor: Int32 = -1
    guard let header = read(WireMessage.headerSize, &descriptor), descriptor >= 0 else { return nil }
    let length = header.withUnsafeBytes { WireMessage.length(ofHeader: $0) }
    var none: Int32 = -1
    guard let length, let fields = read(length, &none),
      case .document(let request) = fields.withUnsafeBytes({ WireMessage(letter: header[0], fields: $0) })
    else {
      close(descriptor)
      return nil
    }
    return (request, descriptor)
  }

  private func read(_ count: Int, _ descriptor: inout Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      var came: Int32 = -1
      let received = bytes.withUnsafeMutableBytes {
        csupport_receive(socket, $0.baseAddress! + filled, count - filled, &came)
      }
      if came >= 0 { descriptor = came }
      guard received > 0 else { return nil }
      filled += received
    }
    return bytes
  }
}
