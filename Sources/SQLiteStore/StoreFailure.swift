internal import CSupport
package import GRDB
package import IndexModel

/// What a failed SQLite call means to a user: never SQL, never a stack.
package enum StoreFailure {
  package static func error(_ failure: DatabaseError, path: String) -> IndexerError {
    switch isForWantOfRoom(failure, path) ? .SQLITE_FULL : failure.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      IndexerError(
        .busy, "\(path) is locked by another program; close that (such as a sqlite3 shell that writes), then try again")
    case .SQLITE_FULL:
      IndexerError(
        .diskFull, "the disk of \(path) is full; make room, then `indexer resume`: what was committed is kept")
    case .SQLITE_READONLY:
      IndexerError(.readOnly, "\(path) cannot be written; check the file system and the mode of its directory")
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      IndexerError(
        .dataDirectoryUnavailable,
        "\(path) cannot be opened; check that its directory exists, is yours and is writable")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      IndexerError(
        .damaged,
        "\(path) is damaged, and nothing was changed; keep a copy of it, then `indexer doctor --fix`, or put back a good one"
      )
    case .SQLITE_IOERR:
      IndexerError(
        .ioError, "reading or writing \(path) failed (input/output error); check the disk, then `indexer resume`")
    default:
      IndexerError(
        .internalError, "\(path): unexpected database error \(failure.extendedResultCode.rawValue); please report it")
    }
  }

  /// SQLite reports a full disk as an input/output error where it happens at a file's edge: the log's index, a sync.
  private static func isForWantOfRoom(_ failure: DatabaseError, _ path: String) -> Bool {
    guard failure.resultCode == .SQLITE_IOERR else { return false }
    let free = csupport_free_bytes(path)
    return free >= 0 && free < 65_536
  }
}
