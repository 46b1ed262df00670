internal import Foundation
internal import IndexModel
internal import SQLiteStore

/// A file that is being received. It lies in the staging directory until it becomes a version of a source, and goes
/// with this object otherwise. One caller at a time.
package final class UploadReception: @unchecked Sendable {
  private let staging: StagingDirectory
  private let limit: Int64
  private var descriptor: Int32
  private(set) var size: Int64 = 0

  var path: String { "\(staging.path)/file" }

  init(in directory: DataDirectory, limit: Int64) throws {
    staging = try StagingDirectory(in: directory)
    self.limit = limit
    descriptor = -1
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw SystemFailure.error(errno, "make", path) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    staging.remove()
  }

  /// Takes the next bytes. Blocks.
  ///
  /// - Throws: `too_large` once there are more than are taken; `disk_full`.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    size += Int64(bytes.count)
    guard size <= limit else {
      throw IndexerError(
        .tooLarge, "the file has more than \(limit) bytes; INDEXER_MAX_UPLOAD of the service allows more",
        details: ["limit": String(limit)])
    }
    var rest = bytes
    while !rest.isEmpty {
      let written = Foundation.write(descriptor, rest.baseAddress, rest.count)
      guard written >= 0 || errno == EINTR else { throw SystemFailure.error(errno, "write", path) }
      if written > 0 { rest = UnsafeRawBufferPointer(rebasing: rest[written...]) }
    }
  }

  /// All of it survives power loss from now on, wherever it is moved to.
  func finish() throws {
    guard fsync(descriptor) == 0 else { throw SystemFailure.error(errno, "sync", path) }
  }

  /// Calls `body` with all that was received.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe).withUnsafeBytes(body)
  }
}
