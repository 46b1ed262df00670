internal import CSupport
internal import Foundation
internal import SQLiteStore

/// The marks that threads leave when they bring the process down, with the manifest entry that they had in hand.
///
/// A worker that was killed had some innocent file in hand, and leaves none: so a mark is the only thing that counts
/// against a file (P4). Whoever sends SIGSEGV or SIGABRT to the very thread is taken for the file's doing.
///
/// One line a crash: `<walk> <shard> <entry>`; the walk id names one manifest for good.
final class CrashMarks {
  /// Crashes with one entry in hand after which it is given up. One may have been the machine's.
  static let limit = 2
  /// Bytes that are read back: some hundred crashes.
  private static let tail = 64 << 10

  private let descriptor: Int32
  private var earlier: [Int64: Int] = [:]

  /// Has the crashes of this thread leave marks from now on, until ``close()``.
  init(path: String, walk: String, shard: Int) throws {
    let subject = "\(walk) \(shard)"
    descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemFailure.error(errno, "open", path) }
    do {
      earlier = try Self.count(in: descriptor, of: subject, path: path)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    csupport_begin_crash_marks(descriptor, subject)
  }

  /// Whether the entry brought down too many attempts to be tried again.
  func condemns(_ entry: Int64) -> Bool { earlier[entry, default: 0] >= Self.limit }

  /// Runs `body` with the entry in hand.
  func holding<Value>(_ entry: Int64, _ body: () throws -> Value) rethrows -> Value {
    csupport_set_crash_item(entry)
    defer { csupport_set_crash_item(0) }
    return try body()
  }

  func close() {
    csupport_end_crash_marks()
    Glibc.close(descriptor)
  }

  private static func count(in descriptor: Int32, of subject: String, path: String) throws -> [Int64: Int] {
    let size = lseek(descriptor, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: tail)
    let read = pread(descriptor, &bytes, tail, max(0, size - off_t(tail)))
    guard size >= 0, read >= 0 else { throw SystemFailure.error(errno, "read", path) }
    return String(decoding: bytes[..<read], as: UTF8.self).split(separator: "\n").reduce(into: [:]) { counts, line in
      guard line.hasPrefix(subject + " "), let entry = Int64(line.dropFirst(subject.utf8.count + 1)) else { return }
      counts[entry, default: 0] += 1
    }
  }
}
