internal import Foundation
package import GRDB
package import IndexModel
internal import SQLiteStore

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
    ).map(Self.generation)
  }

  package func generation(_ number: Int, of projectID: String, in db: Database) throws -> Generation? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM generations WHERE project_id = ? AND number = ?"),
      arguments: [projectID, number]
    ).map(Self.generation)
  }

  /// All that there are, the newest first.
  package func generations(of projectID: String, in db: Database) throws -> [Generation] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM generations WHERE project_id = ? ORDER BY number DESC", arguments: [projectID]
    ).map(Self.generation)
  }

  /// The one that a job builds aside; nil when it has not begun to.
  package func build(of jobID: String, in db: Database) throws -> Generation? {
    try Row.fetchOne(
      db, sql: "SELECT * FROM generations WHERE job_id = ? AND published_at IS NULL", arguments: [jobID]
    ).map(Self.generation)
  }

  /// The number for a new one: higher than any so far, of those that are gone too.
  package func nextGenerationNumber(of projectID: String, in db: Database) throws -> Int {
    try Int.fetchOne(
      db, sql: "UPDATE projects SET last_generation = last_generation + 1 WHERE id = ? RETURNING last_generation",
      arguments: [projectID])!
  }

  /// Records a generation before its files are made; not yet published.
  package func add(_ generation: Generation, to projectID: String, in db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO generations (project_id, number, shards, tokenizer_version, created_at, job_id, base)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        projectID, generation.number, generation.shards, generation.tokenizerVersion, Timestamp.now().milliseconds,
        generation.build?.jobID, generation.build?.base,
      ])
  }

  /// The files of a generation are whole and survive power loss.
  ///
  /// - Parameter baseFences: of the generation that they were taken from.
  package func setReady(_ number: Int, of projectID: String, baseFences: String?, in db: Database) throws {
    try db.execute(
      sql: "UPDATE generations SET ready_at = ?, base_fences = ? WHERE project_id = ? AND number = ?",
      arguments: [Timestamp.now().milliseconds, baseFences, projectID, number])
  }

  /// Lets searches read `number` from now on: this row is all that publishing is.
  ///
  /// - Parameter checksums: of its files, for ``checksums(of:in:)``; nil for one that is written to in place.
  package func publish(
    _ number: Int, of projectID: String, checksums: [FileChecksum]? = nil, in db: Database
  ) throws {
    try db.execute(
      sql: "UPDATE generations SET published_at = ?, checksums = ? WHERE project_id = ? AND number = ?",
      arguments: [Timestamp.now().milliseconds, try checksums.map(Self.text), projectID, number])
    guard db.changesCount == 1 else {
      throw IndexerError(.internalError, "generation \(number) of project \(projectID) is not recorded")
    }
    try setCurrent(number, of: projectID, in: db)
  }

  /// Lets searches read a generation that was published before.
  package func setCurrent(_ number: Int, of projectID: String, in db: Database) throws {
    try db.execute(sql: "UPDATE projects SET generation = ? WHERE id = ?", arguments: [number, projectID])
    try db.execute(
      sql: "UPDATE generations SET current_at = ? WHERE project_id = ? AND number = ?",
      arguments: [Timestamp.now().milliseconds, projectID, number])
    // Back to one that still has their files, from which others may be made.
    try db.execute(
      sql: "UPDATE sources SET gone_from = NULL WHERE project_id = ? AND gone_from > ?", arguments: [projectID, number])
  }

  /// Records the checksums of a published generation's files as they are.
  package func seal(_ number: Int, of projectID: String, checksums: [FileChecksum], in db: Database) throws {
    try db.execute(
      sql: "UPDATE generations SET checksums = ? WHERE project_id = ? AND number = ?",
      arguments: [try Self.text(checksums), projectID, number])
  }

  /// To be called before a job writes to a published generation: what was recorded of its files holds no longer.
  package func forgetChecksums(of number: Int, of projectID: String, in db: Database) throws {
    try db.execute(
      sql: "UPDATE generations SET checksums = NULL WHERE project_id = ? AND number = ? AND checksums IS NOT NULL",
      arguments: [projectID, number])
  }

  /// Takes the row out; the files are the caller's.
  package func removeGeneration(_ number: Int, of projectID: String, in db: Database) throws {
    try db.execute(
      sql: "DELETE FROM generations WHERE project_id = ? AND number = ?", arguments: [projectID, number])
  }

  /// Takes out the rows of what a job has built aside and not published; the files are the caller's.
  package func removeBuilds(of jobID: String, in db: Database) throws -> [Generation] {
    try Row.fetchAll(
      db, sql: "DELETE FROM generations WHERE job_id = ? AND published_at IS NULL RETURNING *", arguments: [jobID]
    ).map(Self.generation)
  }

  /// Takes out all rows of what is not published, in a copy that has none of the files.
  package func forgetBuilds(in db: Database) throws {
    try db.execute(sql: "DELETE FROM generations WHERE published_at IS NULL")
  }

  /// A later version of the schema changes the files when it first opens them, and so the checksums hold no longer.
  private struct Seal: Codable {
    var schema = Schema.shard.version
    var files: [FileChecksum]
  }

  private static func text(_ checksums: [FileChecksum]) throws -> String {
    String(decoding: try JSONEncoder().encode(Seal(files: checksums)), as: UTF8.self)
  }

  private static func generation(_ row: Row) throws -> Generation {
    var generation = Generation(
      number: row["number"], shards: row["shards"], tokenizerVersion: row["tokenizer_version"])
    generation.createdAt = Timestamp(milliseconds: row["created_at"])
    generation.publishedAt = (row["published_at"] as Int64?).map { Timestamp(milliseconds: $0) }
    generation.isReady = (row["ready_at"] as Int64?) != nil
    if let job = row["job_id"] as String? {
      generation.build = .init(jobID: job, base: row["base"], baseFences: row["base_fences"])
    }
    generation.currentAt = (row["current_at"] as Int64?).map { Timestamp(milliseconds: $0) }
    let seal = try (row["checksums"] as String?).map { try JSONDecoder().decode(Seal.self, from: Data($0.utf8)) }
    generation.checksums = seal?.schema == Schema.shard.version ? seal?.files : nil
    return generation
  }
}
