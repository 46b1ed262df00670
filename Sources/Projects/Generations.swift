package import GRDB
package import IndexModel

extension ProjectStore {
  /// The generation that searches read; nil while there is none.
  package func published(of projectID: String, in db: Database) throws -> Generation? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT g.* FROM projects p
          JOIN generations g ON g.project_id = p.id AND g.number = p.generation
          WHERE p.id = ?
          """), arguments: [projectID]
    ).map(generation)
  }

  package func generation(_ number: Int, of projectID: String, in db: Database) throws -> Generation? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM generations WHERE project_id = ? AND number = ?"),
      arguments: [projectID, number]
    ).map(generation)
  }

  /// The number for a new one: higher than any so far.
  package func nextGenerationNumber(of projectID: String, in db: Database) throws -> Int {
    try Int.fetchOne(
      db, sql: "SELECT 1 + coalesce(max(number), 0) FROM generations WHERE project_id = ?",
      arguments: [projectID])!
  }

  /// Records a generation whose files are made and synced; not yet published.
  package func add(_ generation: Generation, to projectID: String, in db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO generations (project_id, number, shards, tokenizer_version, created_at)
        VALUES (?, ?, ?, ?, ?)
        """,
      arguments: [
        projectID, generation.number, generation.shards, generation.tokenizerVersion,
        Timestamp.now().milliseconds,
      ])
  }

  /// Lets searches read `number` from now on: this row is all that publishing is.
  package func publish(_ number: Int, of projectID: String, in db: Database) throws {
    try db.execute(
      sql: "UPDATE generations SET published_at = ? WHERE project_id = ? AND number = ?",
      arguments: [Timestamp.now().milliseconds, projectID, number])
    guard db.changesCount == 1 else {
      throw IndexerError(.internalError, "generation \(number) of project \(projectID) is not recorded")
    }
    try db.execute(
      sql: "UPDATE projects SET generation = ? WHERE id = ?", arguments: [number, projectID])
  }

  private func generation(_ row: Row) -> Generation {
    Generation(number: row["number"], shards: row["shards"], tokenizerVersion: row["tokenizer_version"])
  }
}
