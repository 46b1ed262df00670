/// The cheap "did it change" of a file, from one `lstat`.
package struct Fingerprint: Hashable, Sendable {
  /// Bytes.
  package var size: Int64
  /// Nanoseconds since 1970.
  package var modified: Int64
  /// Nanoseconds since 1970 of the last change of content or metadata; user programs cannot set it.
  package var changed: Int64
  package var inode: UInt64

  package init(size: Int64, modified: Int64, changed: Int64, inode: UInt64) {
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
  }

  /// How far a file system's clock may lag behind ours, in nanoseconds: two seconds is FAT's resolution.
  package static let clockSlack: Int64 = 2_000_000_000

  /// Whether the file may have changed again within the clock tick in which it was recorded, so that an equal
  /// fingerprint proves nothing. The rule of git's "racily clean" entries and of borg's files cache.
  ///
  /// - Parameter recorded: when the file was read, in nanoseconds since 1970.
  package func isRacy(recorded: Int64) -> Bool {
    max(modified, changed) >= recorded - Self.clockSlack
  }
}
