import Glibc

/// Which file it is, whatever its name: device and inode of one `lstat`.
///
/// Used for this program's own database files, which nothing but SQLite may open (a second descriptor's `close`
/// would drop SQLite's locks), and to see that a directory is still the one it was.
package struct FileIdentity: Hashable, Sendable {
  package let device: UInt64
  package let inode: UInt64

  package init(device: UInt64, inode: UInt64) {
    self.device = device
    self.inode = inode
  }

  /// The identity of what stands at `path`, a symbolic link itself included; nil when nothing can be asked there.
  package init?(path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  init(_ status: stat) {
    self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }
}
