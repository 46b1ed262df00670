import CSupport
import Glibc

/// Reads ignore files. None is read through a symbolic link, as in git, and none that is a database file of this
/// program under another name.
struct IgnoreFiles: Sendable {
  static let gitignore = Array(".gitignore".utf8)
  static let indexerignore = Array(".indexerignore".utf8)

  /// Bytes; a larger ignore file counts as unreadable.
  static let maximumSize: Int64 = 16 << 20

  let ownFiles: Set<FileIdentity>

  /// A directory's ignore files, compiled.
  struct Lists {
    /// The strongest first.
    var lists: [PatternList] = []
    /// False when one exists and could not be read: its rules are missing.
    var isComplete = true
  }

  /// - Parameters:
  ///   - directory: a descriptor.
  ///   - shownPath: how messages name the directory; empty for the source itself.
  ///   - baseLength: how many bytes of a candidate's path lead into the directory.
  func lists(
    in directory: Int32, shownPath: String, baseLength: Int, gitignore: Bool = true,
    indexerignore: Bool = true
  ) -> Lists {
    var result = Lists()
    for (isWanted, name, crosses) in [
      (indexerignore, ".indexerignore", true), (gitignore, ".gitignore", false),
    ] where isWanted {
      switch read(name, in: directory) {
      case .absent: break
      case .unreadable: result.isComplete = false
      case .contents(let bytes):
        let path = shownPath.isEmpty || shownPath.hasSuffix("/") ? shownPath + name : "\(shownPath)/\(name)"
        let list = PatternList(file: bytes, path: path, baseLength: baseLength, crossesRepositories: crosses)
        result.lists += [list].compactMap(\.self)
      }
    }
    return result
  }

  enum Reading {
    case absent
    case unreadable
    case contents([UInt8])
  }

  /// - Parameter name: relative to `directory`; no component may be a link.
  func read(_ name: String, in directory: Int32) -> Reading {
    var status = stat()
    guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      return errno == ENOENT || errno == ENOTDIR ? .absent : .unreadable
    }
    guard status.st_mode & S_IFMT == S_IFREG, !ownFiles.contains(FileIdentity(status)) else { return .absent }
    guard status.st_size <= Self.maximumSize else { return .unreadable }
    let file = csupport_open_beneath(directory, name)
    guard file >= 0 else { return errno == ENOENT || errno == ELOOP ? .absent : .unreadable }
    defer { close(file) }
    return contents(of: file, expecting: Int(status.st_size))
  }

  private func contents(of file: Int32, expecting size: Int) -> Reading {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: size + 1)
    while bytes.count <= Self.maximumSize {
      let count = Glibc.read(file, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return .unreadable }
      if count == 0 { return .contents(bytes) }
      bytes += piece[..<count]
    }
    return .unreadable
  }
}
