internal import Foundation
internal import GRDB
package import IndexModel
internal import SQLiteStore

/// Whether a shard is whole: SQLite's check, FTS5's check, and what neither of them sees.
package enum ShardCheck {
  /// - Parameters:
  ///   - checkingPostings: FTS5's check counts as a write, which a job would have to wait for, seconds on a large shard.
  ///   - isStopped: looked at every few milliseconds.
  /// - Returns: what is wrong, a sentence each; empty when all is well, and when it was stopped.
  package static func findings(
    _ location: ShardLocation, shard: Int, checkingPostings: Bool = true, isStopped: () -> Bool = { false }
  ) throws -> [String] {
    // To open it would make an empty one, and an index without these files would look whole.
    var status = stat()
    guard lstat(location.file(shard), &status) == 0 else { return ["the file is missing"] }
    guard status.st_size > 0 else { return ["the file is empty"] }
    let store = try StoreFile(
      path: location.file(shard), schema: .shard, access: .readWrite(.kill), lock: location.lock(shard),
      retries: location.retries)
    defer { closeQuietly(store) }
    let found = try store.read { db in
      try db.unlessStopped(isStopped) {
        let damage = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
        // FTS5 has no text to compare with, so it does not notice postings of units that are gone, or none of a unit.
        return try damage + questions.filter { try Bool.fetchOne(db, sql: $0.sql) == true }.map(\.message)
      }
    }
    guard var findings = found, checkingPostings else { return found ?? [] }
    do {
      try store.write { db in
        do {
          let done: Void? = try db.unlessStopped(isStopped) {
            try db.execute(sql: "INSERT INTO postings (postings) VALUES ('integrity-check')")
          }
          // A statement that is interrupted takes its whole transaction back: there is nothing left to commit.
          if done == nil { throw Stopped() }
        } catch let failure as DatabaseError where failure.resultCode == .SQLITE_CORRUPT {
          findings.append("the full text does not pass FTS5's integrity check")
        }
      }
    } catch is Stopped {
      return []
    }
    return findings
  }

  private struct Stopped: Error {}

  /// Whether the file, and not what is around it, is bad.
  package static func isDamage(_ error: IndexerError) -> Bool {
    [.damaged, .dataDirectoryUnavailable, .ioError].contains(error.code)
  }

  private static let questions: [(sql: String, message: String)] = [
    (
      "SELECT EXISTS (SELECT id FROM units EXCEPT SELECT id FROM postings_docsize)",
      "there are units that the full text does not have"
    ),
    (
      "SELECT EXISTS (SELECT id FROM postings_docsize EXCEPT SELECT id FROM units)",
      "the full text has units that are gone"
    ),
    (
      "SELECT EXISTS (SELECT file FROM units EXCEPT SELECT id FROM files)",
      "there are units of files that are gone"
    ),
    (
      "SELECT EXISTS (SELECT id FROM files EXCEPT SELECT file FROM units)",
      "there are files without a unit"
    ),
    (
      """
      SELECT EXISTS (
        SELECT 1 FROM files f
        WHERE f.units <> (SELECT count(*) FROM units u JOIN unit_texts t ON t.unit = u.id WHERE u.file = f.id))
      """, "there are files whose number of units is not what is recorded"
    ),
    (
      "SELECT EXISTS (SELECT unit FROM unit_texts EXCEPT SELECT id FROM units)",
      "there are texts of units that are gone"
    ),
  ]

  private static func closeQuietly(_ store: StoreFile) {
    // The check is over and nothing was written: what a failing close could tell, the next open tells better.
    do { try store.close() } catch {}
  }
}
