internal import GRDB
internal import IndexModel
package import SQLiteStore

/// One shard, opened for writing by the job that holds the fence. Used on one thread.
///
/// Every transaction checks the fence first: a worker whose job was taken over is refused here, whatever it
/// believes (P2).
package final class Shard {
  package let store: StoreFile
  let job: String
  let epoch: Int64
  private var rows: ShardRows?

  /// Opens the shard's file, making it when there is none.
  ///
  /// - Parameters:
  ///   - job: who writes.
  ///   - epoch: of its claim.
  package init(_ location: ShardLocation, number: Int, job: String, epoch: Int64) throws {
    self.job = job
    self.epoch = epoch
    store = try StoreFile(
      path: location.file(number), schema: .shard, access: .readWrite(.kill), lock: location.lock(number),
      retries: location.retries)
  }

  deinit { rows = nil }

  /// Shuts out every claim before this one. Must come before anything is read that the job will rely on.
  ///
  /// - Throws: ``IndexerError/Code/leaseLost`` when a later claim has been here.
  package func raiseFence() throws {
    let current = try store.write { db in
      try db.execute(sql: "UPDATE fence SET epoch = ? WHERE epoch < ?", arguments: [epoch, epoch])
      return try Int64.fetchOne(db, sql: "SELECT epoch FROM fence")!
    }
    guard current == epoch else { throw leaseLost() }
  }

  /// Runs `body` in one transaction that only the holder of the fence can commit.
  ///
  /// - Parameter durably: survive power loss, with everything committed before.
  package func write<Value>(durably: Bool = false, _ body: (ShardRows) throws -> Value) throws -> Value {
    let transaction: (Database) throws -> Value = { [self] db in
      let rows = self.rows(db)
      try rows.checkFence(job: job, epoch: epoch, orElse: leaseLost)
      return try body(rows)
    }
    return durably ? try store.writeDurably(transaction) : try store.write(transaction)
  }

  /// Runs `body` on one moment of the shard.
  package func read<Value>(_ body: (ShardRows) throws -> Value) throws -> Value {
    try store.read { try body(rows($0)) }
  }

  /// Makes all that was committed survive power loss: done before `queue.db` claims any of it for good.
  package func sync() throws {
    // A transaction that changes nothing writes no frame, and so syncs nothing; nor does an UPDATE that finds the
    // value there already.
    try write(durably: true) { rows in
      try rows.setLastWriter(nil)
      try rows.setLastWriter(job)
    }
  }

  /// Empties the log into the file when it has grown past `limit` bytes.
  package func checkpoint(above limit: Int64) throws {
    if store.logSize > limit { try store.checkpoint() }
  }

  /// The job that wrote last; nil before the first.
  package func lastWriter() throws -> String? {
    try read { try $0.lastWriter() }
  }

  package func close() throws {
    rows = nil
    try store.close()
  }

  private func rows(_ db: Database) -> ShardRows {
    if let rows { return rows }
    let prepared = ShardRows(db)
    rows = prepared
    return prepared
  }

  private func leaseLost() -> IndexerError {
    IndexerError(
      .leaseLost, "another worker has taken job \(job) over; this one stops and writes nothing more",
      details: ["job": job])
  }
}
