package import IndexModel
internal import SQLiteStore

/// What a shard has of one file.
package struct FileRow: Hashable, Sendable {
  package var id: Int64
  package var source: Int64
  package var path: RelativePath
  /// `indexed`, `skipped` or `failed`.
  package var outcome: Outcome
  package var contentHash: ContentHash?
  package var fingerprint: Fingerprint
  /// When it was read, nanoseconds since 1970.
  package var recorded: Int64
  package var kind: String?
  package var encoding: String?
  /// What made the units, in which version: opaque here.
  package var extractor: Int
  /// The mark of the ``ColumnPreferences`` that a table was read with; 0 for any other file.
  package var columns: Int64
  /// How often it was tried again after the limit of time or memory.
  package var retries: Int
  /// Of the reason, for people, such as the package that is missing.
  package var detail: String?
  /// With text.
  package var units: Int
  package var indexedAt: Timestamp
  package var job: String

  package init(
    id: Int64 = 0, source: Int64, path: RelativePath, outcome: Outcome, contentHash: ContentHash? = nil,
    fingerprint: Fingerprint, recorded: Int64, kind: String? = nil, encoding: String? = nil, extractor: Int,
    columns: Int64 = 0, retries: Int = 0, detail: String? = nil, units: Int = 0, indexedAt: Timestamp, job: String
  ) {
    self.id = id
    self.source = source
    self.path = path
    self.outcome = outcome
    self.contentHash = contentHash
    self.fingerprint = fingerprint
    self.recorded = recorded
    self.kind = kind
    self.encoding = encoding
    self.extractor = extractor
    self.columns = columns
    self.retries = retries
    self.detail = detail
    self.units = units
    self.indexedAt = indexedAt
    self.job = job
  }
}

extension ShardRows {
  package func file(source: Int64, path: RelativePath) throws -> FileRow? {
    let select = try statement(
      """
      SELECT id, source, path, outcome, reason, content_hash, size, modified_ns, changed_ns, inode, recorded_ns,
        kind, encoding, extractor, units, indexed_at, job, columns, retries, detail
      FROM files WHERE source = ? AND path = ?
      """)
    defer { select.reset() }
    select.bind(source, at: 1)
    select.bindText(path.bytes, at: 2)
    return try select.step() ? Self.row(select) : nil
  }

  /// Adds a file.
  ///
  /// - Returns: its id.
  package func insert(_ file: FileRow) throws -> Int64 {
    let insert = try statement(
      """
      INSERT INTO files (source, path, outcome, reason, content_hash, size, modified_ns, changed_ns, inode,
        recorded_ns, kind, encoding, extractor, units, indexed_at, job, columns, retries, detail)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    bind(file, to: insert)
    try insert.run()
    return lastInsertedID
  }

  /// Replaces what is recorded of the file with `file.id`.
  package func update(_ file: FileRow) throws {
    let update = try statement(
      """
      UPDATE files SET source = ?, path = ?, outcome = ?, reason = ?, content_hash = ?, size = ?,
        modified_ns = ?, changed_ns = ?, inode = ?, recorded_ns = ?, kind = ?, encoding = ?, extractor = ?,
        units = ?, indexed_at = ?, job = ?, columns = ?, retries = ?, detail = ?
      WHERE id = ?
      """)
    bind(file, to: update)
    update.bind(file.id, at: 20)
    try update.run()
  }

  package func deleteFile(_ id: Int64) throws {
    let delete = try statement("DELETE FROM files WHERE id = ?")
    delete.bind(id, at: 1)
    try delete.run()
  }

  private func bind(_ file: FileRow, to statement: RawStatement) {
    statement.bind(file.source, at: 1)
    statement.bindText(file.path.bytes, at: 2)
    statement.bindText(file.outcome.name.rawValue, at: 3)
    statement.bindText(file.outcome.reason, at: 4)
    statement.bindBlob(file.contentHash?.bytes, at: 5)
    statement.bind(file.fingerprint.size, at: 6)
    statement.bind(file.fingerprint.modified, at: 7)
    statement.bind(file.fingerprint.changed, at: 8)
    statement.bind(Int64(bitPattern: file.fingerprint.inode), at: 9)
    statement.bind(file.recorded, at: 10)
    statement.bindText(file.kind, at: 11)
    statement.bindText(file.encoding, at: 12)
    statement.bind(file.extractor, at: 13)
    statement.bind(file.units, at: 14)
    statement.bind(file.indexedAt.milliseconds, at: 15)
    statement.bindText(file.job, at: 16)
    statement.bind(file.columns, at: 17)
    statement.bind(file.retries, at: 18)
    statement.bindText(file.detail, at: 19)
  }

  private static func row(_ row: RawStatement) throws -> FileRow {
    let name = row.string(3) ?? ""
    guard let outcome = Outcome(name: name, reason: row.string(4)) else {
      throw IndexerError(.damaged, "the index holds an outcome that this version does not know: \(name)")
    }
    return FileRow(
      id: row.int64(0), source: row.int64(1), path: RelativePath(bytes: Array(row.bytes(2))), outcome: outcome,
      contentHash: row.isNull(5) ? nil : ContentHash(bytes: Array(row.bytes(5))),
      fingerprint: Fingerprint(
        size: row.int64(6), modified: row.int64(7), changed: row.int64(8),
        inode: UInt64(bitPattern: row.int64(9))),
      recorded: row.int64(10), kind: row.string(11), encoding: row.string(12), extractor: row.int(13),
      columns: row.int64(17), retries: row.int(18), detail: row.string(19), units: row.int(14),
      indexedAt: Timestamp(milliseconds: row.int64(15)), job: row.string(16) ?? "")
  }
}

extension ShardRows {
  /// Sets how many units with text a file has.
  package func setUnits(_ units: Int, of file: Int64) throws {
    let update = try statement("UPDATE files SET units = ? WHERE id = ?")
    update.bind(units, at: 1)
    update.bind(file, at: 2)
    try update.run()
  }
}
