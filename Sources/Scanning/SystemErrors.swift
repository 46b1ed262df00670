import Foundation
import Glibc
import IndexModel

extension FailReason {
  /// What an `errno` value says about a file that was there a moment ago.
  init(errno code: Int32) {
    switch code {
    case EACCES, EPERM: self = .permissionDenied
    case ENOENT, ESTALE: self = .vanished
    // A link, a file in place of a directory, a directory in place of a file, a socket, a way out of the root.
    case ELOOP, ENOTDIR, EISDIR, ENXIO, ENODEV, EXDEV: self = .replaced
    case ENAMETOOLONG: self = .pathTooLong
    default: self = .readError
    }
  }
}

extension Fingerprint {
  init(_ status: stat) {
    self.init(
      size: Int64(status.st_size), modified: Self.nanoseconds(status.st_mtim),
      changed: Self.nanoseconds(status.st_ctim), inode: UInt64(status.st_ino))
  }

  /// For what could not be asked.
  static let unknown = Fingerprint(size: 0, modified: 0, changed: 0, inode: 0)

  private static func nanoseconds(_ time: timespec) -> Int64 {
    // Wraps instead of trapping: a file system may hold a nonsensical time.
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}

/// A source's root directory, opened or explained.
enum SourceRoot {
  /// Opens the directory at `path`, which must not be a symbolic link.
  ///
  /// - Returns: a descriptor for the caller to close.
  /// - Throws: `root_unavailable` with what to do.
  static func open(_ path: String) throws(IndexerError) -> Int32 {
    let directory = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if directory >= 0 { return directory }
    let code = errno
    var status = stat()
    let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    switch code {
    case _ where isLink:
      throw unavailable(path, "is a symbolic link now. Index the directory that it points to")
    case ENOENT:
      throw unavailable(path, "does not exist (is its drive mounted?)")
    case ENOTDIR:
      throw unavailable(path, "is not a directory. Name the directory that holds it")
    case EACCES, EPERM:
      throw unavailable(path, "may not be read by this user. Change its permissions, or run as its owner")
    default:
      throw unavailable(path, "cannot be opened: \(String(cString: strerror(code)))")
    }
  }

  /// Throws `root_unavailable` unless `path` still names the directory that `opened` is.
  static func check(_ path: String, isStill opened: FileIdentity) throws(IndexerError) {
    if FileIdentity(path: path) != opened {
      throw unavailable(path, "was moved, removed or replaced while it was read. Start the job again")
    }
  }

  static func unavailable(_ path: String, _ what: String) -> IndexerError {
    IndexerError(
      .rootUnavailable, "The directory \(path) \(what). Its index is kept as it is.", details: ["path": path])
  }
}
