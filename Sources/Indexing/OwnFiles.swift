internal import Foundation
internal import SQLiteStore
internal import Scanning

/// The files of a data directory that only SQLite may open.
enum OwnFiles {
  /// Whatever lies in the data directory, uploaded files apart: databases, logs, locks, whichever other process made them.
  static func identities(in directory: DataDirectory) -> Set<FileIdentity> {
    var identities: Set<FileIdentity> = []
    guard let walk = FileManager.default.enumerator(atPath: directory.path) else { return identities }
    for case let name as String in walk {
      // No databases, and perhaps many; they are read as any other file.
      if name.hasSuffix("/\(DataDirectory.uploadsName)") {
        walk.skipDescendants()
        continue
      }
      if let identity = FileIdentity(path: "\(directory.path)/\(name)") { identities.insert(identity) }
    }
    return identities
  }
}
