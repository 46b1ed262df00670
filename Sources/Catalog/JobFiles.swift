package import IndexModel
internal import SQLiteStore

/// One file of a job, with what the shard has of it.
package struct JobFile: Hashable, Sendable {
  package var path: RelativePath
  package var reason: String?
  package var contentHash: ContentHash?
  package var size: Int64
  /// Nanoseconds since 1970.
  package var modified: Int64
  package var units: Int
  package var indexedAt: Timestamp?
  package var job: String?
}

extension ShardRows {
  /// The files of a job that have an outcome, in order of their paths: those of its manifest, and those that the
  /// plan settled without an entry.
  package func eachFile(
    of job: String, source: Int64, outcome: OutcomeName, _ body: (JobFile) throws -> Void
  ) throws {
    // What is to be removed is not among the files found, unless it is removed; as in the counters.
    // `NOT IN` is worked out once, into a temporary index; `NOT EXISTS` would search the manifest for each file.
    let select = try statement(
      """
      SELECT m.path, m.reason, f.content_hash, m.size, m.modified_ns, m.units, f.indexed_at, f.job
      FROM manifest m LEFT JOIN files f ON f.source = m.source AND f.path = m.path
      WHERE m.job = ?1 AND m.outcome = ?3 AND (m.action <> 'remove' OR m.outcome = 'removed')
      UNION ALL
      SELECT f.path, f.reason, f.content_hash, f.size, f.modified_ns, f.units, f.indexed_at, f.job
      FROM files f
      WHERE f.source = ?2
        AND ?3 = CASE WHEN f.outcome <> 'indexed' THEN f.outcome WHEN f.job = ?1 THEN 'indexed' ELSE 'unchanged' END
        AND f.path NOT IN (SELECT path FROM manifest WHERE job = ?1)
      ORDER BY 1
      """)
    defer { select.reset() }
    select.bindText(job, at: 1)
    select.bind(source, at: 2)
    select.bindText(outcome.rawValue, at: 3)
    while try select.step() {
      try body(
        JobFile(
          path: RelativePath(bytes: Array(select.bytes(0))), reason: select.string(1),
          contentHash: select.isNull(2) ? nil : ContentHash(bytes: Array(select.bytes(2))),
          size: select.int64(3), modified: select.int64(4), units: select.int(5),
          indexedAt: select.isNull(6) ? nil : Timestamp(milliseconds: select.int64(6)), job: select.string(7)))
    }
  }
}
