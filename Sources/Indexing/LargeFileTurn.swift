internal import Foundation
internal import IndexModel
internal import Synchronization

/// Bounds the memory that large files take in this process, whatever the number of jobs and shards: several are at work
/// at a time, while they have no more bytes together than one may have; a larger one is alone.
enum LargeFileTurn {
  /// Bytes.
  private static let budget = WalkOptions.defaultMaximumFileSize

  private struct Line {
    /// Of the files that are at work.
    var bytes: Int64 = 0
    /// Who waits, in order of arrival: small ones do not pass by a larger one for ever.
    var waiting: [UInt64] = []
    var last: UInt64 = 0
  }

  private static let line = Mutex(Line())

  /// Waits for the turn of a file of `size` bytes, runs `body`, and passes the turn on.
  ///
  /// - Throws: ``RunStopped`` when `isStopped` says so while waiting.
  static func run<Value>(size: Int64, isStopped: () -> Bool, _ body: () throws -> Value) throws -> Value {
    let number = line.withLock { line in
      line.last += 1
      line.waiting.append(line.last)
      return line.last
    }
    while !begin(number, size) {
      guard !isStopped() else {
        line.withLock { line in line.waiting.removeAll { $0 == number } }
        throw RunStopped()
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    defer { line.withLock { $0.bytes -= size } }
    return try body()
  }

  private static func begin(_ number: UInt64, _ size: Int64) -> Bool {
    line.withLock { line in
      guard line.waiting.first == number, line.bytes == 0 || line.bytes + size <= budget else { return false }
      line.waiting.removeFirst()
      line.bytes += size
      return true
    }
  }
}
