package import IndexModel
internal import SQLiteStore

/// As much of a file's row as the plan compares, read without an allocation for each.
package struct FileRecord {
  /// Valid during the call that hands it over.
  package let path: UnsafeRawBufferPointer
  /// `indexed`, `skipped` or `failed`.
  package let outcome: Outcome
  package let fingerprint: Fingerprint
  /// When it was read, nanoseconds since 1970.
  package let recorded: Int64
  package let extractor: Int
  package let columns: Int64
  package let retries: Int
  package let units: Int
  /// Bytes of the id of the job that wrote it; valid during the call.
  package let job: UnsafeRawBufferPointer

  /// Whether the file is, as far as its fingerprint tells, still what was recorded, so that it need not be read.
  package func isCurrent(_ fingerprint: Fingerprint) -> Bool {
    fingerprint == self.fingerprint && !fingerprint.isRacy(recorded: recorded)
  }
}

extension ShardRows {
  /// The source's files in byte order of their paths.
  package func eachRecord(of source: Int64, _ body: (FileRecord) throws -> Void) throws {
    let select = try statement(
      """
      SELECT path, outcome, reason, size, modified_ns, changed_ns, inode, recorded_ns, extractor, units, job,
        columns, retries
      FROM files WHERE source = ? ORDER BY path
      """)
    defer { select.reset() }
    select.bind(source, at: 1)
    while try select.step() {
      guard let outcome = Outcome(name: select.string(1) ?? "", reason: select.string(2)) else {
        throw IndexerError(.damaged, "the index holds an outcome that this version does not know")
      }
      try body(
        FileRecord(
          path: select.bytes(0), outcome: outcome,
          fingerprint: Fingerprint(
            size: select.int64(3), modified: select.int64(4), changed: select.int64(5),
            inode: UInt64(bitPattern: select.int64(6))), recorded: select.int64(7), extractor: select.int(8),
          columns: select.int64(11), retries: select.int(12), units: select.int(9), job: select.bytes(10)))
    }
  }

  /// How many files and units the shard has.
  package func totals() throws -> (files: Int, units: Int) {
    let select = try statement("SELECT (SELECT count(*) FROM files), (SELECT count(*) FROM unit_texts)")
    defer { select.reset() }
    guard try select.step() else { return (0, 0) }
    return (select.int(0), select.int(1))
  }

  /// Whether the shard has any file of `source`.
  package func hasFiles(of source: Int64) throws -> Bool {
    let select = try statement("SELECT 1 FROM files WHERE source = ? LIMIT 1")
    defer { select.reset() }
    select.bind(source, at: 1)
    return try select.step()
  }
}
