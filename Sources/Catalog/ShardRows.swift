internal import GRDB
internal import IndexModel
internal import SQLiteStore

/// The rows of one shard, inside a transaction. Statements are prepared when first used, and kept.
///
/// Valid inside the closure of ``Shard/write(durably:_:)`` or ``Shard/read(_:)`` that it was handed to.
package final class ShardRows {
  private let db: Database
  private var statements: [UnsafeRawPointer: RawStatement] = [:]

  init(_ db: Database) { self.db = db }

  /// The id of the row that was inserted last.
  var lastInsertedID: Int64 { db.lastInsertedRowID }

  /// Of this connection, those of FTS5's own tables included.
  var totalChanges: Int { db.totalChangesCount }

  /// The statement for `sql`, prepared at the first call with this literal.
  func statement(_ sql: StaticString) throws -> RawStatement {
    // A literal's address is its identity: no hashing of text in a loop.
    let key = UnsafeRawPointer(sql.utf8Start)
    if let found = statements[key] { return found }
    let made = try RawStatement(db, sql)
    statements[key] = made
    return made
  }

  func checkFence(job: String, epoch: Int64, orElse error: () -> IndexerError) throws {
    let fence = try statement("SELECT epoch, last_job FROM fence")
    defer { fence.reset() }
    guard try fence.step(), fence.int64(0) == epoch else { throw error() }
    let isLastWriter = job.utf8.elementsEqual(fence.bytes(1))
    fence.reset()
    if !isLastWriter { try setLastWriter(job) }
  }

  /// The job that wrote last; nil before the first.
  package func lastWriter() throws -> String? {
    let select = try statement("SELECT last_job FROM fence")
    defer { select.reset() }
    return try select.step() ? select.string(0) : nil
  }

  /// The epoch of the last claim.
  package func fence() throws -> Int64 {
    let select = try statement("SELECT epoch FROM fence")
    defer { select.reset() }
    return try select.step() ? select.int64(0) : 0
  }

  /// The ids of all sources that have files here.
  package func sources() throws -> [Int64] {
    let select = try statement("SELECT DISTINCT source FROM files ORDER BY source")
    defer { select.reset() }
    var sources: [Int64] = []
    while try select.step() { sources.append(select.int64(0)) }
    return sources
  }

  func setLastWriter(_ job: String?) throws {
    let update = try statement("UPDATE fence SET last_job = ?")
    update.bindText(job, at: 1)
    try update.run()
  }
}
