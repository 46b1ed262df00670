internal import Foundation
package import GRDB
package import IndexModel

extension ProjectStore {
  /// Those that were not removed, in the order they were added.
  package func sources(of projectID: String, in db: Database) throws -> [Source] {
    // Thousands of them may have the same few options.
    var known: [String: WalkOptions] = [:]
    return try Row.fetchAll(
      db, sql: "SELECT * FROM sources WHERE project_id = ? AND removed_at IS NULL ORDER BY id", arguments: [projectID]
    ).map { row in
      let text: String = row["options"]
      let options = try known[text] ?? Self.options(text)
      known[text] = options
      return Self.source(row, options)
    }
  }

  /// With those that were removed: their ids and paths are taken.
  package func everySource(of projectID: String, in db: Database) throws -> [Source] {
    try Row.fetchAll(db, sql: "SELECT * FROM sources WHERE project_id = ? ORDER BY id", arguments: [projectID])
      .map(source)
  }

  /// Of all projects, without those that were removed.
  package func allSources(in db: Database) throws -> [Source] {
    try Row.fetchAll(db, sql: "SELECT * FROM sources WHERE removed_at IS NULL ORDER BY id").map(source)
  }

  /// - Returns: one that was removed, too.
  package func source(_ id: Int64, in db: Database) throws -> Source? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM sources WHERE id = ?"), arguments: [id]
    ).map(source)
  }

  /// The sources, of any project, that are exactly this directory or upload.
  package func sources(at path: String, in db: Database) throws -> [Source] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM sources WHERE path = ? AND removed_at IS NULL ORDER BY id", arguments: [path]
    ).map(source)
  }

  /// The project's source that is exactly this directory or upload, and was not removed.
  package func source(at path: String, of projectID: String, in db: Database) throws -> Source? {
    try Row.fetchOne(
      db, sql: "SELECT * FROM sources WHERE project_id = ? AND path = ? AND removed_at IS NULL",
      arguments: [projectID, path]
    ).map(source)
  }

  /// Adds a directory to a project.
  ///
  /// - Throws: ``IndexerError/Code/conflict`` when it lies inside another source of the project, or holds one.
  package func addSource(
    _ path: String, options: WalkOptions, to project: Project, in db: Database
  ) throws -> Source {
    for other in try sources(of: project.id, in: db) where Self.overlap(path, other.path) {
      throw IndexerError(
        .conflict,
        """
        \(path) and \(other.path) lie inside one another, and project \(project.name) has the latter; \
        name another project with --project
        """, details: ["source": String(other.id)])
    }
    return try insert(path, options: options, to: project, in: db)
  }

  /// One that was removed comes back under its old id: jobs and shards may know it still.
  ///
  /// - Throws: `conflict` when it is there.
  func insert(_ path: String, options: WalkOptions, to project: Project, in db: Database) throws -> Source {
    let row = try Row.fetchOne(
      db,
      sql: """
        INSERT INTO sources (project_id, kind, path, options, created_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (project_id, path) DO
        UPDATE SET removed_at = NULL, gone_from = NULL, options = excluded.options WHERE removed_at IS NOT NULL
        RETURNING *
        """,
      arguments: [
        project.id, Source.isUpload(path) ? "upload" : "directory", path, try encoded(options),
        Timestamp.now().milliseconds,
      ])
    guard let row else { throw IndexerError(.conflict, "project \(project.name) has \(path) already") }
    return try source(row)
  }

  /// Takes ids for sources that are not there yet.
  ///
  /// - Returns: the first of them.
  package func reserveSourceIDs(_ count: Int, in db: Database) throws -> Int64 {
    let last = try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'sources'")
    if last == nil { try db.execute(sql: "INSERT INTO sqlite_sequence (name, seq) VALUES ('sources', 0)") }
    try db.execute(sql: "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'sources'", arguments: [count])
    return (last ?? 0) + 1
  }

  /// Adds a source under an id that was reserved; one that is there already stays as it is, or comes back if it was
  /// removed.
  package func add(
    source id: Int64, path: String, options: WalkOptions, to project: Project, in db: Database
  ) throws {
    try db.execute(
      sql: """
        INSERT INTO sources (id, project_id, kind, path, options, created_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET removed_at = NULL, gone_from = NULL WHERE removed_at IS NOT NULL
        """,
      arguments: [
        id, project.id, Source.isUpload(path) ? "upload" : "directory", path, try encoded(options),
        Timestamp.now().milliseconds,
      ])
  }

  package func setOptions(_ options: WalkOptions, of source: Source, in db: Database) throws {
    try db.execute(
      sql: "UPDATE sources SET options = ? WHERE id = ?", arguments: [try encoded(options), source.id])
  }

  package func setDevice(_ device: UInt64, of source: Source, in db: Database) throws {
    try db.execute(
      sql: "UPDATE sources SET device = ? WHERE id = ?", arguments: [Int64(bitPattern: device), source.id])
  }

  static func overlap(_ one: String, _ other: String) -> Bool {
    let first = one.hasSuffix("/") ? one : one + "/"
    let second = other.hasSuffix("/") ? other : other + "/"
    return first != second && (first.hasPrefix(second) || second.hasPrefix(first))
  }

  private func source(_ row: Row) throws -> Source { try Self.source(row, Self.options(row["options"])) }

  private static func options(_ text: String) throws -> WalkOptions {
    try JSONDecoder().decode(WalkOptions.self, from: Data(text.utf8))
  }

  private static func source(_ row: Row, _ options: WalkOptions) -> Source {
    Source(
      id: row["id"], projectID: row["project_id"], path: row["path"], options: options,
      device: (row["device"] as Int64?).map(UInt64.init(bitPattern:)), version: row["version"],
      isRemoved: (row["removed_at"] as Int64?) != nil)
  }

  func encoded(_ options: WalkOptions) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(options), as: UTF8.self)
  }
}
