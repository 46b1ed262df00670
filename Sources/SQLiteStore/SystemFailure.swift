internal import Glibc
package import IndexModel

/// What a failed system call means to a user.
package enum SystemFailure {
  /// - Parameters:
  ///   - code: errno.
  ///   - verb: what was tried, such as "open".
  package static func error(_ code: Int32, _ verb: String, _ path: String) -> IndexerError {
    let reason = String(cString: strerror(code))
    return switch code {
    case ENOSPC, EDQUOT, EFBIG:
      IndexerError(.diskFull, "cannot \(verb) \(path): the disk is full; make room, then `indexer resume`")
    case EROFS:
      IndexerError(.readOnly, "cannot \(verb) \(path): the file system is read-only; remount it, or use --data-dir")
    case EACCES, EPERM:
      IndexerError(
        .dataDirectoryUnavailable, "cannot \(verb) \(path): permission denied; check its owner and mode")
    default:
      IndexerError(.ioError, "cannot \(verb) \(path): \(reason)")
    }
  }
}
