internal import CSupport
internal import Foundation
internal import GRDB
internal import IndexModel
package import SQLiteStore

/// Searches one shard; one for each shard and process, over a read-only connection.
///
/// Keeps what later searches can use again: the lengths of units, two bytes each, and in how many units a word
/// occurs. Used by one search at a time: ``Searcher`` holds `turn` meanwhile, which makes it safe to share.
package final class ShardSearcher: @unchecked Sendable {
  let store: StoreFile
  /// Guards all that follows.
  let turn = NSLock()
  var lengths = UnitLengths()
  private var isRegistered = false
  private var occurrences: [QueryWord: Int64] = [:]
  /// Of the shard, when `occurrences` were counted.
  private var dataVersion: Int64 = -1

  /// Words whose count is remembered.
  private static let maximumRemembered = 4096

  package init(store: StoreFile) { self.store = store }

  /// Looks at the shard for the first time in a read transaction: from here on, it stays as it is.
  func begin(_ db: Database) throws {
    if !isRegistered {
      try Self.check(csupport_register_rank(db.sqliteConnection))
      // 8 MiB of pages instead of 2: the postings of the words that are asked for again and again.
      _ = try RawStatement(db, "PRAGMA cache_size = -8192").step()
      isRegistered = true
    }
    let select = try RawStatement(db, "SELECT 1 FROM fence")
    _ = try select.step()
    let pragma = try RawStatement(db, "PRAGMA data_version")
    let version = try pragma.step() ? pragma.int64(0) : 0
    if version != dataVersion || occurrences.count > Self.maximumRemembered { occurrences.removeAll() }
    dataVersion = version
    if lengths.isLoaded { try lengths.refresh(db) }
  }

  /// In how many units each of `words` occurs, and how much there is in all.
  func statistics(of words: [QueryWord], _ db: Database) throws -> CollectionStatistics {
    var statistics = try totals(db)
    for word in words {
      let count = try occurrences[word] ?? countMatches(of: word, db)
      occurrences[word] = count
      statistics.occurrences[word] = count
    }
    return statistics
  }

  private func countMatches(of word: QueryWord, _ db: Database) throws -> Int64 {
    var count: Int64 = 0
    try MatchExpression(.word(word)).text.withUnsafeBufferPointer { text in
      try text.withMemoryRebound(to: CChar.self) {
        try Self.check(csupport_count_matches(db.sqliteConnection, $0.baseAddress, &count))
      }
    }
    return count
  }

  /// Units and tokens, from FTS5's "averages record": varints, the number of rows and then the tokens of each column.
  private func totals(_ db: Database) throws -> CollectionStatistics {
    let select = try RawStatement(db, "SELECT block FROM postings_data WHERE id = 1")
    var statistics = CollectionStatistics()
    guard try select.step() else { return statistics }
    var isFirst = true
    FTSVarints.forEach(in: select.bytes(0)) { value in
      if isFirst { statistics.units = value } else { statistics.tokens += value }
      isFirst = false
    }
    return statistics
  }

  static func check(_ code: Int32) throws {
    guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }

  private static var SQLITE_OK: Int32 { ResultCode.SQLITE_OK.rawValue }
}
