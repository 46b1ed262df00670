internal import Foundation
internal import IndexModel
internal import SQLiteStore
internal import Scanning

/// Where the bytes of one upload are kept: a directory with a file for each version that is still needed, named by its
/// number.
struct StoredUploads: Sendable {
  let path: String

  init(of source: Source, in directory: DataDirectory) {
    self.init(of: source.id, ofProject: source.projectID, in: directory)
  }

  init(of source: Int64, ofProject project: String, in directory: DataDirectory) {
    path = "\(directory.uploads(ofProject: project))/\(source)"
  }

  func file(ofVersion number: Int) -> String { "\(path)/\(number)" }

  /// Puts a file, synced already, in its place; it survives power loss when this returns.
  func place(_ file: String, asVersion number: Int) throws {
    try make()
    let target = self.file(ofVersion: number)
    guard rename(file, target) == 0 else { throw SystemFailure.error(errno, "make", target) }
    try DataDirectory.sync(directory: path)
  }

  /// With the directories above it.
  func make() throws {
    let uploads = path[..<path.lastIndex(of: "/")!]
    for directory in [uploads[..<uploads.lastIndex(of: "/")!], uploads, path[...]] {
      try DataDirectory.make(String(directory))
    }
  }

  /// The numbers on disk; none where there is no directory.
  func versions() throws -> [Int] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: path).compactMap { Int($0) }
  }

  func removeVersions(before number: Int) throws {
    for other in try versions() where other < number {
      guard unlink(file(ofVersion: other)) == 0 || errno == ENOENT else {
        throw SystemFailure.error(errno, "remove", file(ofVersion: other))
      }
    }
  }

  func remove() throws { try Target.removeDirectory(path) }
}

extension QueueStore {
  /// The files of a source as it is now.
  func files(of source: Source, ownFiles: Set<FileIdentity>) -> SourceFiles {
    if source.isRemoved { return .nothing }
    guard let name = source.uploadName else {
      return .tree(
        TreeWalk(
          root: source.path, options: source.options, ownFiles: ownFiles,
          ownDirectory: FileIdentity(path: directory.path)))
    }
    return .upload(
      UploadedFile(
        directory: StoredUploads(of: source, in: directory).path, storedName: String(source.version ?? 0), name: name))
  }
}
