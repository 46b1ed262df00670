import Glibc
package import IndexModel

/// The files of a source, wherever they come from: what is there, what one path is now, and how it is read.
package enum SourceFiles: Sendable {
  /// Those of a directory.
  case tree(TreeWalk)
  /// The only one of an upload.
  case upload(UploadedFile)
  /// None any more: the source was taken out.
  case nothing

  /// All of them. Blocks.
  ///
  /// - Parameter isStopped: asked now and then, on the calling thread; true ends the walk early.
  /// - Throws: `root_unavailable`.
  package func walk(isStopped: () -> Bool) throws(IndexerError) -> WalkResult {
    switch self {
    case .tree(let walk): try walk.run(isStopped: isStopped)
    case .upload(let file): try file.walk()
    case .nothing:
      WalkResult(entries: [], ignoredEntries: 0, ignoredByRule: [], isComplete: true, root: nil)
    }
  }

  /// Judges single paths by the same rules, as they are when they are asked for.
  ///
  /// - Throws: `root_unavailable`.
  package func judge() throws(IndexerError) -> Judge {
    switch self {
    case .tree(let walk): .tree(try walk.judge())
    case .upload(let file): .upload(file)
    case .nothing: .nothing
    }
  }

  /// No closure: one that is kept in an optional is wrapped anew by each look at it.
  package enum Judge {
    case tree(PathJudge)
    case upload(UploadedFile)
    case nothing

    package func verdict(for path: RelativePath) -> PathVerdict {
      switch self {
      case .tree(let judge): judge.verdict(for: path)
      case .upload(let file): file.verdict(for: path)
      case .nothing: .missing
      }
    }
  }

  /// Opens them for reading, on one thread.
  ///
  /// - Returns: nil when there are none.
  /// - Throws: `root_unavailable`.
  package func open() throws(IndexerError) -> SourceDirectory? {
    switch self {
    case .tree(let walk): try SourceDirectory(path: walk.root, ownFiles: walk.ownFiles)
    case .upload(let file): try SourceDirectory(path: file.directory, storedName: file.storedName)
    case .nothing: nil
    }
  }

  /// The directory that they are read from, now.
  package var identity: FileIdentity? {
    switch self {
    case .tree(let walk): FileIdentity(path: walk.root)
    case .upload(let file): FileIdentity(path: file.directory)
    case .nothing: nil
    }
  }
}

/// An uploaded file as it is kept: the name that it was sent with is that of the index, and never a path on disk.
package struct UploadedFile: Hashable, Sendable {
  /// Absolute; of this source alone.
  let directory: String
  /// Within ``directory``.
  let storedName: String
  let name: RelativePath

  package init(directory: String, storedName: String, name: String) {
    self.directory = directory
    self.storedName = storedName
    self.name = RelativePath(name)
  }

  func walk() throws(IndexerError) -> WalkResult {
    guard let identity = FileIdentity(path: directory), case .file(let fingerprint) = verdict(for: name) else {
      throw IndexerError(
        .rootUnavailable, "the uploaded file \(name) is not in the data directory any more; upload it again")
    }
    return WalkResult(
      entries: [WalkEntry(path: name, fingerprint: fingerprint, verdict: .file)], ignoredEntries: 0,
      ignoredByRule: [], isComplete: true, root: identity)
  }

  func verdict(for path: RelativePath) -> PathVerdict {
    guard path == name else { return .missing }
    var status = stat()
    guard lstat("\(directory)/\(storedName)", &status) == 0 else {
      return errno == ENOENT ? .missing : .failed(FailReason(errno: errno))
    }
    return status.st_mode & S_IFMT == S_IFREG ? .file(Fingerprint(status)) : .missing
  }
}
