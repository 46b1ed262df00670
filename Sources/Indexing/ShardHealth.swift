internal import Catalog
internal import IndexModel

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
