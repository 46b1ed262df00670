internal import Catalog
internal import IndexModel
internal import Projects
internal import SQLiteStore

/// Whether a shard is whole, and still what was published.
extension ShardCheck {
  /// - Parameters:
  ///   - isHeld: a job is at work, which the check of the full text would keep waiting.
  ///   - isStopped: looked at every few milliseconds.
  /// - Returns: what is wrong, a sentence each; empty when all is well, and when it was stopped.
  static func problems(
    _ location: ShardLocation, shard: Int, isHeld: Bool = false, isStopped: () -> Bool = { false }
  ) throws -> [String] {
    let published = location.generation.checksums?[shard]
    // A check of the full text counts as a write, so the files of a sealed generation are left as they are.
    let problems = try findings(
      location, shard: shard, checkingPostings: !isHeld && published == nil, isStopped: isStopped)
    guard problems.isEmpty, !isStopped(), let published else { return problems }
    do {
      let found = try DatabaseFiles.checksum(of: location.file(shard), isStopped: isStopped)
      return found == published ? [] : ["it is not what was published: its checksum is another"]
    } catch is RunStopped {
      return []
    }
  }

  static func isDamaged(
    _ location: ShardLocation, shard: Int, isStopped: () -> Bool = { false }
  ) throws -> Bool {
    do {
      return try !problems(location, shard: shard, isStopped: isStopped).isEmpty
    } catch let error as IndexerError where isDamage(error) {
      return true
    }
  }
}

extension IndexingService {
  /// As ``ShardCheck/problems(_:shard:isHeld:isStopped:)``, of a generation that a job may have begun to write to since it was
  /// looked up: its checksums are of the past then, and that is no damage.
  func problems(_ location: ShardLocation, shard: Int, isHeld: Bool) throws -> [String] {
    let problems = try ShardCheck.problems(location, shard: shard, isHeld: isHeld)
    guard !problems.isEmpty else { return [] }
    let known = location.generation
    let now = try queue.store.read { try queue.projects.generation(known.number, of: location.projectID, in: $0) }
    if now?.checksums == known.checksums { return problems }
    return try ShardCheck.findings(location, shard: shard, checkingPostings: false)
  }
}
