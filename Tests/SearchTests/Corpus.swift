import Catalog
import Foundation
import GRDB
import IndexModel
import SQLiteStore
import Search
import Tokens

/// Numbers that are the same in every run.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Files to be searched.
struct Corpus {
  struct Unit {
    var firstLine = 1
    var title: String?
    /// Nil: found by its path and title only.
    var text: String?
  }

  struct File {
    var path: [UInt8]
    var source: Int64 = 1
    var kind: String? = "text"
    var units: [Unit]
  }

  var files: [File] = []

  mutating func add(
    _ path: String, source: Int64 = 1, kind: String? = "text", title: String? = nil, _ text: String?
  ) {
    files.append(
      File(path: Array(path.utf8), source: source, kind: kind, units: [Unit(title: title, text: text)]))
  }
}

/// Shards with a corpus in them, in a directory that goes when this does.
final class IndexedCorpus {
  let directory: String
  let stores: [StoreFile]
  let searchers: [ShardSearcher]
  private let tokenizer = Tokenizer()
  private let codec = UnitTextCodec()

  init(_ corpus: Corpus, shards: Int = 1) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("search-\(UUID())").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    self.directory = directory
    let paths = (0..<shards).map { "\(directory)/shard-\($0).db" }
    stores = try paths.map {
      try StoreFile(path: $0, schema: .shard, access: .readWrite(.kill), lock: $0 + ".lock")
    }
    searchers = try paths.map {
      ShardSearcher(store: try StoreFile(path: $0, schema: .shard, access: .readOnly, lock: $0 + ".lock"))
    }
    for shard in 0..<shards {
      try add(
        corpus.files.filter {
          Int($0.path.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) } % UInt64(shards)) == shard
        }, to: shard)
    }
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: directory) } catch { print("left behind: \(directory)") }
  }

  func add(_ files: [Corpus.File], to shard: Int = 0) throws {
    try stores[shard].write { try insert(files, $0) }
  }

  /// Removes a file with one unit, as the catalogue does: with the tokens that were put in.
  func remove(_ file: Corpus.File, from shard: Int = 0) throws {
    try stores[shard].write { try delete(file, $0) }
  }

  /// Both in one transaction.
  func replace(_ old: Corpus.File, with new: Corpus.File) throws {
    try stores[0].write { db in
      try delete(old, db)
      try insert([new], db)
    }
  }

  private func insert(_ files: [Corpus.File], _ db: Database) throws {
    for file in files {
      try db.execute(
        sql: """
          INSERT INTO files (source, path, outcome, content_hash, size, modified_ns, changed_ns, inode, recorded_ns,
            kind, extractor, units, indexed_at, job)
          VALUES (?, CAST(? AS TEXT), 'indexed', zeroblob(16), 1, 2, 3, 4, 5, ?, 1, ?, 0, 'job')
          """,
        arguments: [file.source, Data(file.path), file.kind, file.units.count])
      let id = db.lastInsertedRowID
      for unit in file.units { try add(unit, of: id, path: file.path, db) }
    }
  }

  private func add(_ unit: Corpus.Unit, of file: Int64, path: [UInt8], _ db: Database) throws {
    let text = Array((unit.text ?? "").utf8)
    try db.execute(
      sql: "INSERT INTO units (file, first_line, last_line, title) VALUES (?, ?, ?, ?)",
      arguments: [file, unit.firstLine, unit.firstLine + text.count { $0 == 10 }, unit.title])
    let id = db.lastInsertedRowID
    if unit.text != nil {
      let frame = try text.withUnsafeBytes { Data(try codec.compress($0)) }
      try db.execute(
        sql: "INSERT INTO unit_texts (unit, bytes, text) VALUES (?, ?, ?)", arguments: [id, text.count, frame])
    }
    try db.execute(
      sql: "INSERT INTO postings (rowid, path, title, body) VALUES (?, ?, ?, ?)",
      arguments: [id, joined(path), joined(Array((unit.title ?? "").utf8)), joined(text)])
  }

  private func delete(_ file: Corpus.File, _ db: Database) throws {
    let row = try Row.fetchOne(
      db, sql: "SELECT u.id, f.id FROM files f JOIN units u ON u.file = f.id WHERE f.path = CAST(? AS TEXT)",
      arguments: [Data(file.path)])!
    let (unit, id): (Int64, Int64) = (row[0], row[1])
    try db.execute(
      sql: "INSERT INTO postings (postings, rowid, path, title, body) VALUES ('delete', ?, ?, ?, ?)",
      arguments: [
        unit, joined(file.path), joined(Array((file.units[0].title ?? "").utf8)),
        joined(Array((file.units[0].text ?? "").utf8)),
      ])
    try db.execute(sql: "DELETE FROM unit_texts WHERE unit = ?", arguments: [unit])
    try db.execute(sql: "DELETE FROM units WHERE id = ?", arguments: [unit])
    try db.execute(sql: "DELETE FROM files WHERE id = ?", arguments: [id])
  }

  private func joined(_ text: [UInt8]) -> String {
    tokenizer.tokens(of: text).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }

  func search(
    _ query: String, filter: SearchFilter = SearchFilter(), limit: Int = 10, offset: Int = 0
  ) throws -> SearchAnswer {
    try Searcher().search(
      SearchQuery(parsing: query, tokenizer: tokenizer), in: searchers, filter: filter, limit: limit,
      offset: offset)
  }

  /// What was found, as `path:line`.
  func found(_ query: String, filter: SearchFilter = SearchFilter(), limit: Int = 10, offset: Int = 0) throws
    -> [String]
  {
    try search(query, filter: filter, limit: limit, offset: offset).units.map { "\($0.path):\($0.bestLine)" }
  }

  /// The files found.
  func paths(_ query: String, filter: SearchFilter = SearchFilter(), limit: Int = 10) throws -> [String] {
    try search(query, filter: filter, limit: limit).units.map { "\($0.path)" }
  }
}
