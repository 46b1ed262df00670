internal import Foundation
package import GRDB
package import IndexModel

/// Uploaded files and their versions; and sources that are taken out.
extension ProjectStore {
  /// The source of an upload, made when there is none of this name.
  ///
  /// - Parameter options: of a new one; one that is there gets these too.
  package func uploadSource(
    named name: String, options: WalkOptions, of project: Project, in db: Database
  ) throws -> Source {
    let path = Source.path(ofUpload: name)
    guard var known = try source(at: path, of: project.id, in: db) else {
      return try insert(path, options: options, to: project, in: db)
    }
    if known.options != options { try setOptions(options, of: known, in: db) }
    known.options = options
    return known
  }

  /// Makes a version the one that is kept.
  package func add(_ version: UploadVersion, to source: Source, in db: Database) throws {
    let tables = String(decoding: try JSONEncoder().encode(version.tables), as: UTF8.self)
    try db.execute(
      sql: """
        INSERT INTO upload_versions (source_id, number, label, kind, hash, bytes, tables, created_at, created_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        source.id, version.number, version.label, version.kind, version.hash, version.bytes, tables,
        version.createdAt.milliseconds, version.createdBy,
      ])
    try db.execute(sql: "UPDATE sources SET version = ? WHERE id = ?", arguments: [version.number, source.id])
  }

  /// Which version is kept, where the row of that may be lost.
  package func setVersion(_ number: Int, of source: Source, in db: Database) throws {
    try db.execute(sql: "UPDATE sources SET version = ? WHERE id = ?", arguments: [number, source.id])
  }

  /// The newest first.
  package func versions(of source: Source, in db: Database) throws -> [UploadVersion] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM upload_versions WHERE source_id = ? ORDER BY number DESC", arguments: [source.id]
    ).map(Self.version)
  }

  /// The newest version of each of a project's uploads, by the id of its source.
  package func newestVersions(of projectID: String, in db: Database) throws -> [Int64: UploadVersion] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT v.* FROM sources s JOIN upload_versions v ON v.source_id = s.id AND v.number = s.version
        WHERE s.project_id = ?
        """, arguments: [projectID])
    return try Dictionary(uniqueKeysWithValues: rows.map { ($0["source_id"], try Self.version($0)) })
  }

  /// The last job of each of a project's sources, by the id of the source.
  package func lastJobs(of projectID: String, in db: Database) throws -> [Int64: SourceReport.LastJob] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT s.id AS source_id, j.id, j.status FROM sources s
        JOIN indexing_jobs j ON j.id =
          (SELECT id FROM indexing_jobs WHERE source_id = s.id ORDER BY created_at DESC, id DESC LIMIT 1)
        WHERE s.project_id = ?
        """, arguments: [projectID])
    return Dictionary(
      uniqueKeysWithValues: rows.compactMap { row in
        JobStatus(rawValue: row["status"]).map { (row["source_id"], SourceReport.LastJob(id: row["id"], status: $0)) }
      })
  }

  // MARK: Removal

  /// Takes a source out: from now on no search finds it, and its next job removes its files from the index. What is
  /// known of its versions is forgotten; their numbers are not given again.
  package func remove(_ source: Source, in db: Database) throws {
    // Where it was last walked does not matter any more, nor whether that is mounted.
    try db.execute(
      sql: "UPDATE sources SET removed_at = ?, gone_from = NULL, device = NULL WHERE id = ?",
      arguments: [Timestamp.now().milliseconds, source.id])
    try db.execute(sql: "DELETE FROM upload_versions WHERE source_id = ?", arguments: [source.id])
  }

  /// Notes that no file of a removed source is left in this generation, nor in any that is made of it.
  package func markGone(_ source: Source, from generation: Int, in db: Database) throws {
    try db.execute(
      sql: "UPDATE sources SET gone_from = ? WHERE id = ? AND removed_at IS NOT NULL",
      arguments: [generation, source.id])
  }

  /// Whether a generation may still have files of a source that was removed.
  package func mayHoldRemoved(_ generation: Int, of projectID: String, in db: Database) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT EXISTS (SELECT 1 FROM sources WHERE project_id = ? AND removed_at IS NOT NULL
            AND (gone_from IS NULL OR gone_from > ?))
          """), arguments: [projectID, generation])!
  }

  private static func version(_ row: Row) throws -> UploadVersion {
    UploadVersion(
      number: row["number"], label: row["label"], kind: row["kind"], hash: row["hash"], bytes: row["bytes"],
      tables: try JSONDecoder().decode([TableReport].self, from: Data((row["tables"] as String).utf8)),
      createdAt: Timestamp(milliseconds: row["created_at"]), createdBy: row["created_by"])
  }
}
