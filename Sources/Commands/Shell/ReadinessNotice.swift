internal import Foundation

/// Tells whoever started a worker that it is up: systemd through sd_notify's datagrams, `indexer` itself through
/// a pipe.
struct ReadinessNotice: Sendable {
  /// Of `NOTIFY_SOCKET`: a path, or an abstract name behind `@`; nil when nobody asked.
  var socket: String?
  /// A descriptor that gets one byte and is closed; nil when there is none.
  var descriptor: Int32?

  /// Sends `READY=1`.
  func ready() {
    if let descriptor {
      _ = Outlets.write([1], to: descriptor)
      close(descriptor)
    }
    send("READY=1\nMAINPID=\(getpid())\n")
  }

  /// Sends `STOPPING=1`.
  func stopping() { send("STOPPING=1\n") }

  /// One datagram; a supervisor that is gone is no reason to fail.
  private func send(_ message: String) {
    guard let socket, let first = socket.utf8.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@")
    else { return }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var name = Array(socket.utf8)
    if first == UInt8(ascii: "@") { name[0] = 0 }
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    // The length decides for abstract names: bytes behind the name would belong to it.
    let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    let length = socklen_t(start + name.count + (name[0] == 0 ? 0 : 1))
    let sender = Foundation.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard sender >= 0 else { return }
    defer { close(sender) }
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        let bytes = Array(message.utf8)
        _ = sendto(sender, bytes, bytes.count, Int32(MSG_NOSIGNAL), generic, length)
      }
    }
  }
}
