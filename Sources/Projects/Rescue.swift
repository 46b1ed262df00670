package import GRDB
package import IndexModel

/// For a database that was put together of what could be read of another.
extension ProjectStore {
  /// Makes projects and sources again that other rows still know: a job has the directory and the options of its source.
  ///
  /// - Returns: what was made, a sentence each.
  package func restoreFromOthers(in db: Database) throws -> [String] {
    var sentences: [String] = []
    let lost = try Row.fetchAll(
      db,
      sql: """
        SELECT project_id, min(path) AS path FROM (
          SELECT project_id, path FROM sources UNION ALL SELECT project_id, directory_path FROM indexing_jobs
          UNION ALL SELECT project_id, NULL FROM generations)
        WHERE project_id NOT IN (SELECT id FROM projects) GROUP BY project_id ORDER BY project_id
        """)
    for row in lost {
      let path = row["path"] as String?
      let base = path?.split(separator: "/").last.map(String.init) ?? "rescued"
      let project = try adopt(id: row["project_id"], named: freeName(base, in: db), in: db)
      sentences.append("the name of a project was lost: it is \(project.name) now")
    }
    try db.execute(
      sql: """
        INSERT OR IGNORE INTO sources (id, project_id, kind, path, options, created_at)
        SELECT source_id, project_id, iif(directory_path LIKE 'upload:%', 'upload', 'directory'), directory_path, json_extract(options, '$.walk'), max(created_at)
        FROM indexing_jobs WHERE source_id NOT IN (SELECT id FROM sources) GROUP BY source_id
        """)
    if db.changesCount > 0 { sentences.append("\(db.changesCount) directories are known from their jobs again") }
    return sentences
  }

  /// Sees to it that no new source gets an id that is in use somewhere.
  package func raiseSourceIDs(above id: Int64, in db: Database) throws {
    if try Bool.fetchOne(db, sql: "SELECT NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'sources')")! {
      try db.execute(sql: "INSERT INTO sqlite_sequence (name, seq) VALUES ('sources', 0)")
    }
    try db.execute(
      sql: "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'sources'", arguments: [id])
  }

  /// Takes out what refers to rows that are lost.
  package func dropOrphans(in db: Database) throws {
    try db.execute(
      sql: """
        DELETE FROM sources WHERE project_id NOT IN (SELECT id FROM projects);
        DELETE FROM upload_versions WHERE source_id NOT IN (SELECT id FROM sources);
        DELETE FROM generations WHERE project_id NOT IN (SELECT id FROM projects);
        DELETE FROM indexing_jobs
        WHERE project_id NOT IN (SELECT id FROM projects) OR source_id NOT IN (SELECT id FROM sources);
        DELETE FROM job_events WHERE job_id IS NOT NULL AND job_id NOT IN (SELECT id FROM indexing_jobs);
        """)
  }

  /// Makes a project with the id that its directory has.
  package func adopt(id: String, named name: String, in db: Database) throws -> Project {
    let project = Project(id: id, name: name, generation: 0, createdAt: .now())
    try db.execute(
      sql: "INSERT INTO projects (id, name, created_at) VALUES (?, ?, ?)",
      arguments: [project.id, project.name, project.createdAt.milliseconds])
    return project
  }

  package func raiseLastGeneration(to number: Int, of projectID: String, in db: Database) throws {
    try db.execute(
      sql: "UPDATE projects SET last_generation = max(last_generation, ?) WHERE id = ?", arguments: [number, projectID])
  }
}
