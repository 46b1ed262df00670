internal import CSupport
internal import Foundation
internal import GRDB
internal import IndexModel
internal import SQLiteStore

/// One shard in a read transaction: whatever is asked of it is answered from the same moment, so that a unit that
/// was matched can be read.
///
/// Used by one thread at a time, not always the same.
struct ShardMoment: @unchecked Sendable {
  /// The shard's position in the list that is searched.
  let shard: Int
  let searcher: ShardSearcher
  private let db: Database

  /// Runs `body` with all of `searchers` in read transactions.
  static func with<Value>(
    _ searchers: [ShardSearcher], _ body: ([ShardMoment]) throws -> Value
  ) throws -> Value {
    // Always in the same order, so that two searches cannot wait for each other.
    let ordered = searchers.sorted { ObjectIdentifier($0) < ObjectIdentifier($1) }
    for searcher in ordered { searcher.turn.lock() }
    defer { for searcher in ordered { searcher.turn.unlock() } }
    var moments: [ShardMoment] = []
    func open(_ index: Int) throws -> Value {
      guard index < searchers.count else { return try body(moments) }
      return try searchers[index].store.read { db in
        // Only this may be tried again when the file is busy: once it has read, nothing more is in its way.
        try searchers[index].begin(db)
        moments.append(ShardMoment(shard: index, searcher: searchers[index], db: db))
        return try open(index + 1)
      }
    }
    return try open(0)
  }

  func statistics(of words: [QueryWord]) throws -> CollectionStatistics {
    try mapped { try searcher.statistics(of: words, db) }
  }

  /// The best, in order.
  ///
  /// - Parameter known: units to leave out.
  func matches(
    _ matching: Matching, filter: FileFilter, leavingOut known: Set<Int64>, best count: Int
  ) throws -> [Candidate] {
    try mapped {
      var hits = try matching.hits(in: searcher, db)
      if !known.isEmpty { hits.removeAll { known.contains($0.unit) } }
      hits = try Admission(filter: filter, db: db).admitted(hits)
      return try Matching.best(count, of: hits, shard: shard, db)
    }
  }

  func firstUnits(filter: FileFilter, best count: Int) throws -> [Candidate] {
    try mapped { try Admission(filter: filter, db: db).firstUnits(count, shard: shard) }
  }

  /// Reads what is shown of the candidates, which are all of this shard.
  func units(_ candidates: [Candidate], _ snippets: SnippetMaker) throws -> [RankedUnit] {
    try mapped {
      let select = try RawStatement(
        db,
        """
        SELECT f.kind, u.title, f.size, f.modified_ns, f.changed_ns, f.inode, t.bytes, t.text,
          t.context_bytes, t.context, u.page, u.sheet, u.first_row, u.last_row
        FROM units u JOIN files f ON f.id = u.file LEFT JOIN unit_texts t ON t.unit = u.id
        WHERE u.id = ?1
        """)
      return try candidates.map { candidate in
        select.bind(candidate.unit, at: 1)
        defer { select.reset() }
        guard try select.step() else {
          throw IndexerError(
            .damaged,
            "\(searcher.store.path) is damaged: a unit has no file; `indexer doctor` tells what can be done")
        }
        let snippet =
          select.isNull(7)
          ? nil
          : try snippets.snippet(
            ofFrame: select.bytes(7), bytes: select.int(6), firstLine: candidate.firstLine)
        let context =
          select.isNull(9) || snippet == nil
          ? ""
          : try snippets.lines(
            snippet!.firstLine - candidate.firstLine...snippet!.lastLine - candidate.firstLine,
            ofFrame: select.bytes(9), bytes: select.int(8))
        let rows = Self.rows(select.int(12), select.int(13))
        return RankedUnit(
          shard: shard, unit: candidate.unit, source: candidate.source,
          path: RelativePath(bytes: candidate.path), kind: select.string(0), title: select.string(1),
          page: select.isNull(10) ? nil : select.int(10), sheet: select.string(11),
          rows: rows,
          bestRow: rows.map { min($0.upperBound, $0.lowerBound + (snippet?.bestLine ?? 1) - candidate.firstLine) },
          firstLine: snippet?.firstLine ?? 1, lastLine: snippet?.lastLine ?? 1,
          bestLine: snippet?.bestLine ?? 1,
          snippet: snippet?.text ?? "", context: context, score: candidate.score, hasAllWords: true,
          fingerprint: Fingerprint(
            size: select.int64(2), modified: select.int64(3), changed: select.int64(4),
            inode: UInt64(bitPattern: select.int64(5))))
      }
    }
  }

  /// NULL is 0, which is no row.
  private static func rows(_ first: Int, _ last: Int) -> ClosedRange<Int>? {
    first > 0 && first <= last ? first...last : nil
  }

  /// So that `StoreFile.read` does not take a late failure for its own and run everything again.
  private func mapped<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let failure as DatabaseError {
      throw StoreFailure.error(failure, path: searcher.store.path)
    }
  }
}
