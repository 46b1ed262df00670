internal import CSupport
internal import Foundation
internal import IndexModel
internal import SQLiteStore

/// Copies and hashes database files, which this process must not open but through SQLite (P11): in a child.
///
/// The files must not be written to meanwhile: the caller holds their write gates, or is the only one who knows them.
enum DatabaseFiles {
  /// Milliseconds between looks at `isStopped`.
  private static let tick: Int32 = 20

  /// Copies a file to a new one, sharing its blocks where the file system can. The copy survives power loss when this
  /// returns, but for its name.
  ///
  /// - Throws: ``RunStopped``; ``IndexerError``: `disk_full`, `io_error`.
  static func copy(_ path: String, to target: String, isStopped: () -> Bool) throws {
    try wait(for: csupport_start_copy(path, target), "copy", path, isStopped)
  }

  /// The checksum of a file as it is on disk: a log beside it is not looked at.
  ///
  /// - Throws: as ``copy(_:to:isStopped:)``.
  static func checksum(of path: String, isStopped: () -> Bool = { false }) throws -> FileChecksum {
    var pipe: [Int32] = [-1, -1]
    guard Foundation.pipe(&pipe) == 0 else { throw SystemFailure.error(errno, "read", path) }
    for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { for end in pipe { close(end) } }
    try wait(for: csupport_start_hash(path, pipe[1]), "read", path, isStopped)
    var answer = [UInt8](repeating: 0, count: 24)
    guard read(pipe[0], &answer, answer.count) == answer.count else { throw SystemFailure.error(EIO, "read", path) }
    return FileChecksum(
      name: path.split(separator: "/").last.map(String.init) ?? path,
      size: answer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 16, as: Int64.self) },
      hash: ContentHash(bytes: Array(answer[..<16])).description)
  }

  private static func wait(
    for child: pid_t, _ verb: String, _ path: String, _ isStopped: () -> Bool
  ) throws {
    guard child >= 0 else { throw SystemFailure.error(errno, verb, path) }
    // Readable once the child has ended.
    let process = csupport_pidfd_open(child)
    defer { if process >= 0 { close(process) } }
    var status: Int32 = 0
    while true {
      let ended = waitpid(child, &status, WNOHANG)
      if ended == child { break }
      guard ended == 0 || errno == EINTR else { throw SystemFailure.error(errno, verb, path) }
      guard !isStopped() else {
        kill(child, SIGKILL)
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        throw RunStopped()
      }
      var end = pollfd(fd: process, events: Int16(POLLIN), revents: 0)
      poll(&end, 1, tick)
    }
    guard status & 0x7F == 0 else { throw SystemFailure.error(EIO, verb, path) }
    let failure = status >> 8 & 0xFF
    guard failure == 0 else { throw SystemFailure.error(failure, verb, path) }
  }
}
