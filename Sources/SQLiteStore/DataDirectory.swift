internal import CSupport
internal import Glibc
package import IndexModel

/// Where everything lies that the program keeps (design: "Files on disk").
///
/// 0700, its files 0600; one that another user owns or can write is refused, and so is a network file system,
/// on which SQLite's write-ahead log does not work.
package struct DataDirectory: Hashable, Sendable {
  package let path: String

  package var queueFile: String { path + "/queue.db" }
  package var locks: String { path + "/locks" }
  package var logs: String { path + "/logs" }
  package var crashMarks: String { logs + "/crashes" }
  package var queueLock: String { locks + "/queue.lock" }
  /// Held together by all who have the queue open, and alone by who puts another in its place.
  package var queueUsersLock: String { locks + "/queue.users.lock" }

  package var projects: String { path + "/projects" }
  /// Of what is not ready yet.
  package var staging: String { path + "/staging" }

  package func project(_ id: String) -> String { "\(projects)/\(id)" }

  package func generation(_ number: Int, ofProject id: String) -> String { "\(project(id))/gen-\(number)" }

  /// Of a project's uploaded files, each in a directory of its own.
  package func uploads(ofProject id: String) -> String { "\(project(id))/\(Self.uploadsName)" }

  package static let uploadsName = "uploads"

  /// Opens the directory, making it when there is none.
  ///
  /// Sets the process's umask, so that no file of ours, SQLite's included, is ever readable by others.
  package init(path: String) throws(IndexerError) {
    self.path = path
    umask(0o077)
    try Self.makeWithParents(path)
    try check()
    for directory in [locks, logs, projects, staging] { try Self.make(directory) }
    // What SQLite puts aside, such as the new file of a VACUUM, has the texts of documents: not for a directory that others
    // have too. Before the first connection, which reads it.
    setenv("SQLITE_TMPDIR", staging, 0)
  }

  private func check() throws(IndexerError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw SystemFailure.error(errno, "read", path) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw IndexerError(.dataDirectoryUnsafe, "\(path) is not a directory; name another with --data-dir")
    }
    guard status.st_uid == geteuid() else {
      throw IndexerError(
        .dataDirectoryUnsafe, "\(path) belongs to another user; name one of your own with --data-dir")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw IndexerError(
        .dataDirectoryUnsafe, "\(path) can be written by other users; run `chmod 700 \(path)`, then try again")
    }
    if status.st_mode & 0o077 != 0, chmod(path, 0o700) != 0 {
      throw SystemFailure.error(errno, "protect", path)
    }
    try refuseNetworkFileSystem()
  }

  private func refuseNetworkFileSystem() throws(IndexerError) {
    let type = csupport_file_system_type(path)
    guard type >= 0 else { throw SystemFailure.error(errno, "read", path) }
    guard let name = Self.networkFileSystems[type] else { return }
    throw IndexerError(
      .dataDirectoryUnsafe,
      "\(path) is on a network file system (\(name)), on which SQLite's log does not work; use a local disk (--data-dir)"
    )
  }

  /// `f_type` of statfs(2).
  private static let networkFileSystems: [Int64: String] = [
    0x6969: "NFS", 0x517b: "SMB", 0xff53_4d42: "CIFS", 0xfe53_4d42: "SMB2", 0x00c3_6400: "Ceph",
    0x0102_1997: "9P", 0x5346_414f: "AFS", 0x7375_7245: "Coda", 0x0bd0_0bd0: "Lustre",
  ]

  /// Makes a directory that only its owner can use, and syncs its parent, so that it survives power loss.
  package static func make(_ path: String) throws(IndexerError) {
    if mkdir(path, 0o700) == 0 {
      try syncParent(of: path)
    } else if errno != EEXIST {
      throw SystemFailure.error(errno, "make", path)
    }
  }

  /// Syncs the directory that holds `path`: a new name in it survives power loss from then on.
  package static func syncParent(of path: String) throws(IndexerError) {
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    try sync(directory: parent.isEmpty ? "/" : parent)
  }

  package static func sync(directory: String) throws(IndexerError) { try sync(directory, O_DIRECTORY) }

  /// Never of a database file: see `csupport_start_copy`.
  package static func sync(file: String) throws(IndexerError) { try sync(file, O_NOFOLLOW) }

  private static func sync(_ path: String, _ flags: Int32) throws(IndexerError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | flags)
    guard descriptor >= 0 else { throw SystemFailure.error(errno, "open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw SystemFailure.error(errno, "sync", path) }
  }

  private static func makeWithParents(_ path: String) throws(IndexerError) {
    var status = stat()
    guard lstat(path, &status) != 0 else { return }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try makeWithParents(String(path[..<slash]))
    }
    try make(path)
  }
}
