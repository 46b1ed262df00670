import Glibc
import IndexModel

/// What the status of an entry means, once no rule has left the entry out. Shared by walk and judge, so that
/// both always agree.
struct EntryVerdict: Sendable {
  enum Answer: Hashable {
    case enter
    case file
    case skipped(SkipReason)
  }

  let maximumFileSize: Int64
  let ownFiles: Set<FileIdentity>
  let ownDirectory: FileIdentity?
  /// The file system of the source.
  let device: UInt64

  /// - Parameter status: from an `lstat`.
  func answer(for status: stat, name: UnsafeBufferPointer<UInt8>) -> Answer {
    let identity = FileIdentity(status)
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      if identity == ownDirectory { return .skipped(.ownDatabase) }
      return identity.device == device ? .enter : .skipped(.otherFileSystem)
    case S_IFREG:
      if ownFiles.contains(identity) { return .skipped(.ownDatabase) }
      if SpecialNames.isSecret(name) { return .skipped(.secret) }
      return Int64(status.st_size) > maximumFileSize ? .skipped(.tooLarge) : .file
    case S_IFLNK: return .skipped(.symbolicLink)
    case S_IFIFO: return .skipped(.fifo)
    case S_IFSOCK: return .skipped(.socket)
    default: return .skipped(.device)
    }
  }
}
