internal import CSupport
internal import Foundation
package import GRDB
package import IndexModel
internal import Synchronization

/// What the verbs on a database file work in.
package typealias StoreTransaction = Database

/// How one database file is opened, how long is waited, and who may write: a connection, and where many threads read, others
/// that read only.
///
/// Every write transaction begins immediate and holds the file's ``WriteGate``; reads are short transactions,
/// tried again as a whole when SQLite is busy. No connection checkpoints by itself.
package final class StoreFile: Sendable {
  package let path: String
  private let connection: DatabaseQueue
  /// For reading alone: with one connection for all, a read waits for every write before it, and for its sync.
  private let readers = Mutex<[DatabaseQueue]>([])
  private let turn = Atomic(0)
  private let gate: WriteGate?
  private let schema: Schema
  private let access: Access
  private let retries: RetryPolicy

  package enum Access: Hashable, Sendable {
    case readOnly
    case readWrite(Durability)
  }

  /// What a commit survives.
  package enum Durability: String, Hashable, Sendable {
    /// Power loss: the log is synced at each commit.
    case powerLoss = "FULL"
    /// A kill; power loss takes back the last commits whole, never a part.
    case kill = "NORMAL"
  }

  /// Opens the file, making and migrating it when `access` allows.
  ///
  /// - Parameters:
  ///   - lock: the gate's file; for reading, used only to bring an older file up to date.
  ///   - retries: bounds every wait of this connection.
  ///   - readers: connections beside the first, for reading, where many threads do both.
  ///   - willMigrate: called before the file's making or migration commits; what it throws undoes that.
  package init(
    path: String, schema: Schema, access: Access, lock: String, retries: RetryPolicy = RetryPolicy(),
    readers: Int = 0, willMigrate: () throws -> Void = {}
  ) throws {
    self.path = path
    self.schema = schema
    self.access = access
    self.retries = retries
    Self.configuredLibrary
    var configuration = Configuration()
    configuration.label = schema.name
    // GRDB's own WAL set-up writes to the file outside the gate, and lowers synchronous.
    configuration.journalMode = .default
    configuration.busyMode = .immediateError
    configuration.foreignKeysEnabled = true
    switch access {
    case .readOnly:
      configuration.readonly = true
      gate = nil
    case .readWrite(let durability):
      gate = try WriteGate(path: lock)
      configuration.prepareDatabase { db in
        try db.execute(
          sql: """
            PRAGMA page_size = \(schema.pageSize);
            PRAGMA cache_size = -\(schema.cacheSize);
            PRAGMA wal_autocheckpoint = 0;
            PRAGMA mmap_size = 0;
            PRAGMA secure_delete = OFF;
            PRAGMA journal_size_limit = 67108864;
            PRAGMA synchronous = \(durability.rawValue);
            """)
      }
    }
    let settled = configuration
    connection = try Self.retrying(retries, path: path) { try DatabaseQueue(path: path, configuration: settled) }
    if case .readWrite = access {
      try prepare(schema, willMigrate)
      try open(readers, configuration)
    } else {
      let found = try read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
      try schema.refuseNewer(found, path: path)
      // Each was made with its tables before anybody was told of it.
      guard found > 0 else {
        throw IndexerError(.damaged, "\(path) is damaged: it is empty; `indexer doctor` tells what can be done")
      }
      // Of an earlier version of this program: whoever comes first brings it up to date, a reader too.
      if found < schema.version {
        try StoreFile(path: path, schema: schema, access: .readWrite(.kill), lock: lock, retries: retries).close()
      }
    }
  }

  private func open(_ count: Int, _ configuration: Configuration) throws {
    var configuration = configuration
    configuration.readonly = true
    let settled = configuration
    let opened = try (0..<count).map { _ in
      try Self.retrying(retries, path: path) { try DatabaseQueue(path: path, configuration: settled) }
    }
    readers.withLock { $0 = opened }
  }

  /// Once in a process, before its first connection.
  private static let configuredLibrary: Void = csupport_configure_sqlite()

  private func prepare(_ schema: Schema, _ willMigrate: () throws -> Void) throws {
    let (version, mode) = try read { db in
      (
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
        try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? ""
      )
    }
    try schema.refuseNewer(version, path: path)
    if mode != "wal" {
      try withGate { db, timeLeft in
        try Self.retrying(timeLeft, path: path) { try db.execute(sql: "PRAGMA journal_mode = WAL") }
      }
      // Of a new file; SQLite says nothing when its own sync of the directory fails.
      try DataDirectory.syncParent(of: path)
    }
    if version != schema.version {
      try write {
        try schema.migrate($0, path: path)
        try willMigrate()
      }
    }
  }

  /// Runs `body` in a read transaction: one moment of the file.
  ///
  /// - Throws: ``IndexerError``: `busy` when the file stays locked; or what `body` throws.
  package func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    let reader = readers.withLock { $0.isEmpty ? connection : $0[turn.add(1, ordering: .relaxed).oldValue % $0.count] }
    return try Self.retrying(retries, path: path) {
      try reader.inDatabase { db in
        var result: Value?
        try db.inTransaction(.deferred) {
          result = try body(db)
          return .commit
        }
        return result!
      }
    }
  }

  /// Runs `body` in an immediate transaction and commits, with the gate held throughout.
  ///
  /// When it returns, the work survives what the connection's ``Durability`` says; when it throws, nothing of it
  /// was done.
  package func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try withGate { db, timeLeft in try commit(on: db, timeLeft, body) }
  }

  /// As ``write(_:)``, and the commit, with all earlier ones, survives power loss whatever the connection's
  /// ``Durability``.
  package func writeDurably<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try withGate { db, timeLeft in
      try setDurability(.powerLoss, on: db)
      defer { restoreDurability(on: db) }
      return try commit(on: db, timeLeft, body)
    }
  }

  private func commit<Value>(
    on db: Database, _ timeLeft: RetryPolicy, _ body: (Database) throws -> Value
  ) throws -> Value {
    var result: Value?
    // Only BEGIN can meet another program's lock; once it succeeded, nothing is run twice.
    try Self.retrying(timeLeft, path: path) { try db.beginTransaction(.immediate) }
    do {
      result = try body(db)
      try db.commit()
      StoreCounters.committed(schema)
    } catch {
      // SQLite has rolled back by itself after a full disk or a failed write; a second ROLLBACK would hide why.
      if db.isInsideTransaction { try db.rollback() }
      throw error
    }
    return result!
  }

  private func setDurability(_ durability: Durability, on db: Database) throws {
    try db.execute(sql: "PRAGMA synchronous = \(durability.rawValue)")
  }

  private func restoreDurability(on db: Database) {
    guard case .readWrite(let durability) = access, durability != .powerLoss else { return }
    do { try setDurability(durability, on: db) } catch {
      // The connection stays at the safer setting: slower, never wrong.
    }
  }

  /// Moves the log into the file, when no reader is in the way. Only ever called by a writer between batches.
  ///
  /// - Returns: whether the log was emptied.
  @discardableResult
  package func checkpoint() throws -> Bool {
    try withGate { db, _ in
      do {
        let busy = try Int.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") ?? 1
        return busy == 0
      } catch let failure as DatabaseError where failure.resultCode == .SQLITE_BUSY {
        return false
      }
    }
  }

  /// Writes the whole file anew, so that free pages go back to the file system; the log has all of it for a moment.
  ///
  /// - Parameter isStopped: looked at every few milliseconds.
  /// - Returns: false when it was stopped: then nothing was done.
  package func vacuum(isStopped: () -> Bool) throws -> Bool {
    let done: Void? = try withGate { db, timeLeft in
      try Self.retrying(timeLeft, path: path) {
        try db.unlessStopped(isStopped) { try db.execute(sql: "VACUUM") }
      }
    }
    try checkpoint()
    return done != nil
  }

  /// Bytes in the write-ahead log.
  package var logSize: Int64 {
    var status = stat()
    return lstat(path + "-wal", &status) == 0 ? Int64(status.st_size) : 0
  }

  package func close() throws {
    try Self.mapping(path) {
      for reader in readers.withLock({ $0 }) { try reader.close() }
      try connection.close()
    }
  }

  /// - Parameter body: is handed what the wait for the gate has left of the time: one deadline covers gate and BEGIN.
  private func withGate<Value>(_ body: (Database, RetryPolicy) throws -> Value) throws -> Value {
    guard let gate else {
      throw IndexerError(.internalError, "\(path) was opened for reading only")
    }
    return try Self.mapping(path) {
      try connection.inDatabase { db in
        let start = csupport_boottime_ms()
        return try gate.hold(timeout: retries.limit) {
          var timeLeft = retries
          timeLeft.limit = max(0, retries.limit - (csupport_boottime_ms() - start))
          return try body(db, timeLeft)
        }
      }
    }
  }

  private static func mapping<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let failure as DatabaseError {
      throw StoreFailure.error(failure, path: path)
    }
  }

  private static func retrying<Value>(
    _ policy: RetryPolicy, path: String, _ body: () throws -> Value
  ) throws -> Value {
    let start = csupport_boottime_ms()
    var attempt = 1
    while true {
      do {
        return try body()
      } catch let failure as DatabaseError where failure.resultCode == .SQLITE_BUSY {
        let elapsed = csupport_boottime_ms() - start
        StoreCounters.retried()
        guard
          let delay = policy.delay(
            afterAttempt: attempt, elapsed: elapsed, jitter: Double.random(in: 0...1))
        else { throw StoreFailure.error(failure, path: path) }
        usleep(UInt32(delay * 1000))
        attempt += 1
      } catch let failure as DatabaseError {
        throw StoreFailure.error(failure, path: path)
      }
    }
  }
}
