import GRDB
import IndexModel
import SQLiteStore
import TestSupport

@testable import Catalog

/// A generation's directory with nothing in it, and shorthand for what tests do with its first shard.
final class ShardFixture: Sendable {
  let scratch: Scratch
  let location: ShardLocation

  init(shards: Int = 1) throws {
    scratch = try Scratch("catalog")
    location = try Self.location(scratch.path("data"), shards: shards)
  }

  /// The generation in the data directory at `path`; both are made when they are not there.
  static func location(_ path: String, shards: Int = 1) throws -> ShardLocation {
    let directory = try DataDirectory(path: path)
    let location = ShardLocation(
      directory: directory, projectID: "p",
      generation: Generation(number: 1, shards: shards, tokenizerVersion: 1))
    try DataDirectory.make(directory.project("p"))
    try DataDirectory.make(location.path)
    return location
  }

  var file: String { location.file(0) }

  /// The shard, opened for `job`, its fence raised.
  func open(job: String = "job-1", epoch: Int64 = 1) throws -> Shard {
    let shard = try Shard(location, number: 0, job: job, epoch: epoch)
    try shard.raiseFence()
    return shard
  }

  /// Runs statements as another program would: without our gate, fence or foreign keys.
  func plant(_ sql: String) throws {
    let result = try Program.sqlite3.run([file, sql])
    guard result.status == 0 else { throw Unexpected(result.errors) }
  }
}

struct Unexpected: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

extension Fingerprint {
  /// As good as any other.
  static func any(_ seed: Int64 = 1) -> Fingerprint {
    Fingerprint(size: 10 * seed, modified: 100 * seed, changed: 200 * seed, inode: UInt64(seed))
  }
}

extension FileRow {
  static func indexed(_ path: RelativePath, source: Int64 = 1, units: Int = 0, job: String = "job-1") -> FileRow {
    FileRow(
      source: source, path: path, outcome: .indexed,
      contentHash: ContentHash(bytes: Array(repeating: 7, count: 16)), fingerprint: .any(), recorded: 9,
      extractor: 1, units: units, indexedAt: Timestamp(milliseconds: 5), job: job)
  }
}

extension Shard {
  /// Indexes a file with these units, in the place of what the shard has of it.
  @discardableResult
  func index(
    _ path: RelativePath, _ texts: [String], title: String? = nil, with units: UnitWriter = UnitWriter()
  ) throws -> Int64 {
    try write { rows in try rows.index(path, texts, title: title, job: job, with: units) }
  }

  func remove(_ path: RelativePath, with units: UnitWriter = UnitWriter()) throws {
    try write { rows in
      guard let file = try rows.file(source: 1, path: path) else { throw Unexpected("no such file") }
      try units.removeUnits(of: file.id, path: path, from: rows)
      try rows.deleteFile(file.id)
    }
  }

  /// The paths of the units that an FTS5 expression finds, in order of the units.
  func search(_ match: String) throws -> [String] {
    try store.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT f.path FROM postings p JOIN units u ON u.id = p.rowid JOIN files f ON f.id = u.file
          WHERE postings MATCH ? ORDER BY u.id
          """, arguments: [match])
    }
  }

  /// The ids of the full text that an FTS5 expression finds, whether there are such units or not.
  func ids(postings match: String) throws -> [Int64] {
    try store.read {
      try Int64.fetchAll($0, sql: "SELECT rowid FROM postings WHERE postings MATCH ?", arguments: [match])
    }
  }

  func ids(_ sql: String) throws -> [Int64] { try store.read { try Int64.fetchAll($0, sql: sql) } }
}

extension ShardRows {
  @discardableResult
  func index(
    _ path: RelativePath, _ texts: [String], title: String? = nil, job: String, with units: UnitWriter
  ) throws -> Int64 {
    let id: Int64
    if let old = try file(source: 1, path: path) {
      try units.removeUnits(of: old.id, path: path, from: self)
      var row = FileRow.indexed(path, units: texts.count { !$0.isEmpty }, job: job)
      row.id = old.id
      try update(row)
      id = old.id
    } else {
      id = try insert(.indexed(path, units: texts.count { !$0.isEmpty }, job: job))
    }
    units.begin(path: path)
    for (number, text) in texts.enumerated() {
      try Array(text.utf8).withUnsafeBytes {
        try units.add(
          $0, file: id, at: UnitPlace(firstLine: number + 1, lastLine: number + 1, title: title), to: self)
      }
    }
    return id
  }
}

extension RelativePath: ExpressibleByStringLiteral {
  /// The UTF-8 of a literal.
  public init(stringLiteral value: String) { self.init(value) }
}
