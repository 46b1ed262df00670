import Foundation
import Testing

@testable import Commands

@Suite(.serialized) struct ShellTests {
  @Test("systemd hears READY and STOPPING, at a path and at an abstract name", arguments: [false, true])
  func datagrams(isAbstract: Bool) throws {
    let scratch = try Scratch()
    let name = isAbstract ? "@indexer-test-\(UUID().uuidString)" : scratch.path + "/notify"
    let receiver = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(receiver) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(name.utf8)
    if isAbstract { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(2 + bytes.count + (isAbstract ? 0 : 1))
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(receiver, $0, length) }
    }
    try #require(bound == 0)
    var patience = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))

    let notice = ReadinessNotice(socket: name, descriptor: nil)
    notice.ready()
    #expect(message(receiver) == "READY=1\nMAINPID=\(getpid())\n")
    notice.stopping()
    #expect(message(receiver) == "STOPPING=1\n")
  }

  private func message(_ receiver: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = recv(receiver, &buffer, buffer.count, 0)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }

  @Test(
    "nobody to tell is no failure",
    arguments: [nil, "", "vsock:1:2", "/nonexistent/x", String(repeating: "/x", count: 100)])
  func nobody(socket: String?) { ReadinessNotice(socket: socket, descriptor: nil).ready() }

  @Test("the starter gets one byte and the end")
  func pipe() throws {
    var ends: [Int32] = [0, 0]
    try #require(Foundation.pipe(&ends) == 0)
    defer { close(ends[0]) }
    ReadinessNotice(socket: nil, descriptor: ends[1]).ready()
    var buffer = [UInt8](repeating: 9, count: 8)
    #expect(read(ends[0], &buffer, 8) == 1)
    #expect(read(ends[0], &buffer, 8) == 0)
  }

  @Test("signals wake the main thread, and so does another thread")
  func signals() {
    let inbox = SignalInbox()
    defer { for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) } }
    #expect(inbox.wait(milliseconds: 0) == nil)
    kill(getpid(), SIGTERM)
    #expect(inbox.wait(milliseconds: 5_000) == .terminate)
    kill(getpid(), SIGHUP)
    #expect(inbox.wait(milliseconds: 5_000) == .terminate)
    kill(getpid(), SIGINT)
    #expect(inbox.wait(milliseconds: 5_000) == .interrupt)
    inbox.wake()
    let start = ContinuousClock.now
    #expect(inbox.wait(milliseconds: 60_000) == nil)
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test("`nohup` is honoured")
  func nohup() {
    signal(SIGHUP, SIG_IGN)
    let inbox = SignalInbox()
    defer { for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) } }
    kill(getpid(), SIGHUP)
    #expect(inbox.wait(milliseconds: 0) == nil)
  }
}
