internal import Glibc
package import IndexModel
internal import SQLiteStore

/// Keeps a generation's files where they are: readers hold it together, who removes the files holds it alone.
package final class GenerationLock: Sendable {
  private let file: LockFile

  private init(_ file: LockFile) { self.file = file }

  /// For as long as somebody reads.
  ///
  /// - Throws: ``IndexerError/Code/busy``, with the detail `generation`, when it is being removed, or was: there is a newer one.
  package static func forReading(_ location: ShardLocation) throws(IndexerError) -> GenerationLock {
    let file = try LockFile(path: location.readersLock)
    var status = stat()
    guard file.share(), lstat(location.path, &status) == 0 || errno != ENOENT else {
      throw IndexerError(
        .busy,
        "\(location.path) is not there; if it was not replaced just now, it is lost: see `indexer doctor`",
        details: ["generation": String(location.generation.number)])
    }
    return GenerationLock(file)
  }

  /// For who is about to put files there: as a reader, who need not find any yet.
  ///
  /// - Throws: ``IndexerError/Code/busy``.
  package static func forMaking(_ location: ShardLocation) throws(IndexerError) -> GenerationLock {
    let file = try LockFile(path: location.readersLock)
    guard file.share() else { throw IndexerError(.busy, "\(location.path) is being removed; try again") }
    return GenerationLock(file)
  }

  /// - Returns: nil while somebody reads.
  package static func forRemoval(of location: ShardLocation) throws(IndexerError) -> GenerationLock? {
    let file = try LockFile(path: location.readersLock)
    return try file.take(timeout: 0) ? GenerationLock(file) : nil
  }

  package func release() { file.release() }
}
