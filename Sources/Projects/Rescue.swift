package import GRDB
package import IndexModel

/// For a database that was put together of what could be read of another.
extension ProjectStore {
  /// Takes out what refers to rows that are lost.
  package func dropOrphans(in db: Database) throws {
    try db.execute(
      sql: """
        DELETE FROM sources WHERE project_id NOT IN (SELECT id FROM projects);
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
