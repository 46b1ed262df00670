import Foundation

/// Counts how often each file of a tree is opened, by whatever process, as the kernel sees it.
///
/// Keys are relative paths as hexadecimal digits of their bytes: names need not be UTF-8. Used on one thread.
final class OpenWatch {
  private let queue: Int32
  private var directories: [Int32: [UInt8]] = [:]

  private static let openEvent: UInt32 = 0x20
  private static let isDirectory: UInt32 = 0x4000_0000
  private static let overflow: UInt32 = 0x4000

  /// Watches every directory below `root` that is there now.
  init(_ root: String) throws {
    queue = inotify_init1(O_NONBLOCK | O_CLOEXEC)
    guard queue >= 0 else { throw Failure("no inotify: \(String(cString: strerror(errno)))") }
    try add([], root: root)
    let everything = FileManager.default.enumerator(at: URL(fileURLWithPath: root), includingPropertiesForKeys: nil)
    for case let url as URL in everything ?? .init() {
      var status = stat()
      guard lstat(url.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { continue }
      try add(Array(url.path.utf8.dropFirst(root.utf8.count + 1)), root: root)
    }
  }

  deinit { close(queue) }

  private func add(_ path: [UInt8], root: String) throws {
    let watch = inotify_add_watch(queue, "\(root)/\(String(decoding: path, as: UTF8.self))", Self.openEvent)
    guard watch >= 0 else { throw Failure("cannot watch \(root): \(String(cString: strerror(errno)))") }
    directories[watch] = path
  }

  /// What was opened since the last call, and how often. Directories do not count.
  func drain() throws -> [String: Int] {
    var opens: [String: Int] = [:]
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = read(queue, &buffer, buffer.count)
      guard count > 0 else { return opens }
      try buffer[..<count].withUnsafeBytes { try Self.eachEvent($0) { try note($0, &opens) } }
    }
  }

  private struct Event {
    var watch: Int32
    var mask: UInt32
    var name: [UInt8]
  }

  /// `struct inotify_event`: watch, mask, cookie, length, and the name padded with zeros.
  private static func eachEvent(_ bytes: UnsafeRawBufferPointer, _ body: (Event) throws -> Void) throws {
    var start = 0
    while start + 16 <= bytes.count {
      let length = Int(bytes.loadUnaligned(fromByteOffset: start + 12, as: UInt32.self))
      try body(
        Event(
          watch: bytes.loadUnaligned(fromByteOffset: start, as: Int32.self),
          mask: bytes.loadUnaligned(fromByteOffset: start + 4, as: UInt32.self),
          name: Array(bytes[(start + 16)..<(start + 16 + length)].prefix { $0 != 0 })))
      start += 16 + length
    }
  }

  private func note(_ event: Event, _ opens: inout [String: Int]) throws {
    guard event.mask & Self.overflow == 0 else { throw Failure("inotify lost events: drain more often") }
    guard event.mask & Self.isDirectory == 0, !event.name.isEmpty, let directory = directories[event.watch] else {
      return
    }
    let path = directory.isEmpty ? event.name : directory + [UInt8(ascii: "/")] + event.name
    opens[Self.key(path), default: 0] += 1
  }

  static func key(_ path: [UInt8]) -> String { path.map { String(format: "%02X", $0) }.joined() }
  static func key(_ path: String) -> String { key(Array(path.utf8)) }
}
