import CSupport
import Glibc
package import IndexModel

/// A source's directory, held open, to read its files through. Use it on one thread.
package final class SourceDirectory {
  /// Bytes read between two looks at the stop signal.
  private static let piece = 1 << 20
  /// The least that one `read` asks for: some file systems give a size of 0 for files with contents.
  private static let smallestRequest = 64 << 10

  private let path: String
  private let root: Int32
  private let ownFiles: Set<FileIdentity>
  /// Stands for whatever path is asked for.
  private let storedName: RelativePath?

  /// - Parameters:
  ///   - path: absolute, without symbolic links.
  ///   - storedName: of the only file, which has another name in the index; nil where the paths are those on disk.
  ///   - ownFiles: this program's database files, which are never opened.
  /// - Throws: `root_unavailable`.
  package init(
    path: String, storedName: String? = nil, ownFiles: Set<FileIdentity> = []
  ) throws(IndexerError) {
    self.path = path
    self.storedName = storedName.map { RelativePath($0) }
    root = try SourceRoot.open(path)
    self.ownFiles = ownFiles
  }

  deinit { close(root) }

  /// Tells one vanished file from a source that went away, such as an unmounted drive.
  ///
  /// - Throws: `root_unavailable` when the path no longer names the directory that is open here.
  package func checkIsInPlace() throws(IndexerError) {
    var status = stat()
    guard fstat(root, &status) == 0 else { throw SourceRoot.unavailable(path, "cannot be read") }
    try SourceRoot.check(path, isStill: FileIdentity(status))
  }

  /// Reads a whole file and hashes it. Blocks. No link is followed, in any component.
  ///
  /// A file that changes while it is read is read once more, then given up as `failed(changed_while_reading)`:
  /// a hash always belongs to the fingerprint beside it.
  ///
  /// - Parameters:
  ///   - limit: bytes; a larger file is `skipped(too_large)`.
  ///   - buffer: holds the file's bytes after `.read`.
  ///   - isStopped: asked before each MiB.
  package func read(
    _ path: RelativePath, limit: Int64, into buffer: ReadBuffer, isStopped: () -> Bool
  ) -> FileReading {
    switch open(storedName ?? path) {
    case .failure(let reading): return reading
    case .success(let file):
      defer { close(file) }
      for _ in 0..<2 {
        if let reading = read(file, limit, buffer, isStopped) { return reading }
      }
      return .failed(.changedWhileReading)
    }
  }

  private enum Opening {
    case success(Int32)
    case failure(FileReading)
  }

  private func open(_ path: RelativePath) -> Opening {
    guard BeneathPath.isPlain(path) else { return .failure(.failed(.vanished)) }
    return BeneathPath.withParent(of: path, below: root) { directory, name in
      var status = stat()
      // Asked before opening, because for a database file even to open and close it does harm.
      guard directory >= 0, fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        return .failure(.failed(FailReason(errno: errno)))
      }
      if ownFiles.contains(FileIdentity(status)) { return .failure(.skipped(.ownDatabase)) }
      guard status.st_mode & S_IFMT == S_IFREG else { return .failure(.failed(.replaced)) }

      var file: Int32
      repeat {
        file = csupport_open_beneath(directory, name)
      } while file < 0 && (errno == EINTR || errno == EAGAIN)
      guard file >= 0, fstat(file, &status) == 0 else {
        let reason = FailReason(errno: errno)
        if file >= 0 { close(file) }
        return .failure(.failed(reason))
      }
      // Swapped in at the last moment. Left open for good: to close it would drop SQLite's locks.
      if ownFiles.contains(FileIdentity(status)) { return .failure(.skipped(.ownDatabase)) }
      guard status.st_mode & S_IFMT == S_IFREG else {
        close(file)
        return .failure(.failed(.replaced))
      }
      return .success(file)
    }
  }

  /// Nil when the file changed in the meantime.
  private func read(
    _ file: Int32, _ limit: Int64, _ buffer: ReadBuffer, _ isStopped: () -> Bool
  ) -> FileReading? {
    var status = stat()
    guard fstat(file, &status) == 0 else { return .failed(FailReason(errno: errno)) }
    let before = Fingerprint(status)
    guard before.size <= limit else { return .skipped(.tooLarge) }
    // One byte more than expected, so that the end shows without another call.
    guard buffer.prepare(for: max(Int(before.size) + 1, Self.smallestRequest)) else {
      return .failed(.readError)
    }

    while true {
      if isStopped() { return .stopped }
      guard buffer.reserve(buffer.count + 1) else { return .failed(.readError) }
      let space = buffer.free(atMost: Self.piece)
      let count = pread(file, space.baseAddress, space.count, off_t(buffer.count))
      if count < 0 {
        if errno == EINTR { continue }
        return .failed(FailReason(errno: errno))
      }
      buffer.add(count)
      // More than was promised: a file that grows, which is not chased, or one whose size is not told.
      if Int64(buffer.count) > before.size {
        guard fstat(file, &status) == 0 else { return .failed(FailReason(errno: errno)) }
        if Fingerprint(status) != before { return nil }
        if Int64(buffer.count) > limit { return .skipped(.tooLarge) }
      }
      let isEnd = count == 0 || (count < space.count && Int64(buffer.count) == before.size)
      if isEnd { break }
    }

    guard fstat(file, &status) == 0 else { return .failed(FailReason(errno: errno)) }
    let isWhole = before.size == 0 || Int64(buffer.count) == before.size
    guard Fingerprint(status) == before, isWhole else { return nil }
    return .read(before, ContentHasher.hash(buffer.bytes))
  }
}
