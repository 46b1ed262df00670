internal import Foundation
package import GRDB
package import IndexModel

/// The projects of `queue.db` and their sources. Each verb works inside the caller's transaction.
package struct ProjectStore: Sendable {
  package init() {}

  /// In the order of their names.
  package func list(in db: Database) throws -> [Project] {
    try Row.fetchAll(db, sql: "SELECT * FROM projects ORDER BY name").map(Self.project)
  }

  package func find(name: String, in db: Database) throws -> Project? {
    try Row.fetchOne(db, sql: "SELECT * FROM projects WHERE name = ?", arguments: [name]).map(Self.project)
  }

  package func find(id: String, in db: Database) throws -> Project? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM projects WHERE id = ?"), arguments: [id]
    ).map(Self.project)
  }

  /// - Throws: ``IndexerError/Code/notFound``, naming the projects there are.
  package func require(name: String, in db: Database) throws -> Project {
    if let project = try find(name: name, in: db) { return project }
    let names = try list(in: db).map(\.name)
    throw IndexerError(
      .notFound,
      names.isEmpty
        ? "there is no project \(name), nor any other; `indexer start DIR` makes one"
        : "there is no project \(name); there are: \(names.joined(separator: ", "))")
  }

  package func create(name: String, in db: Database) throws -> Project {
    // Counted as SQLite's length() does.
    guard (1...Self.maximumName).contains(name.unicodeScalars.count), !name.contains(where: \.isNewline) else {
      throw IndexerError(.usage, "a project's name has 1 to 200 characters and no line break")
    }
    let made = Project(id: UUIDv7.make(), name: name, generation: 0, createdAt: .now())
    try db.execute(
      sql: "INSERT INTO projects (id, name, created_at) VALUES (?, ?, ?)",
      arguments: [made.id, made.name, made.createdAt.milliseconds])
    return made
  }

  private static let maximumName = 200

  /// `base`, or `base-2`, `base-3`, … when it is taken; cut short, and line breaks made blanks, where `base` could
  /// not be a name.
  package func freeName(_ base: String, in db: Database) throws -> String {
    let line = String(base.map { $0.isNewline ? " " : $0 })
    func name(_ suffix: String) -> String {
      String(String.UnicodeScalarView(line.unicodeScalars.prefix(Self.maximumName - suffix.unicodeScalars.count)))
        + suffix
    }
    var candidate = name("")
    var number = 2
    while try find(name: candidate, in: db) != nil {
      candidate = name("-\(number)")
      number += 1
    }
    return candidate
  }

  /// Takes the project, its sources, generations and jobs out of the database; its files are the caller's.
  package func remove(_ project: Project, in db: Database) throws {
    // Jobs refer to their source without a cascade, so that a source with a history cannot vanish under it.
    try db.execute(sql: "DELETE FROM indexing_jobs WHERE project_id = ?", arguments: [project.id])
    try db.execute(sql: "DELETE FROM projects WHERE id = ?", arguments: [project.id])
  }

  /// Takes out a project that an import has made, and then not come to its end.
  package func removeIfNew(_ project: Project, in db: Database) throws {
    try db.execute(
      sql: """
        DELETE FROM projects WHERE id = :id AND generation = 0
          AND NOT EXISTS (SELECT 1 FROM generations WHERE project_id = :id)
          AND NOT EXISTS (SELECT 1 FROM indexing_jobs WHERE project_id = :id)
        """, arguments: ["id": project.id])
  }

  private static func project(_ row: Row) throws -> Project {
    Project(
      id: row["id"], name: row["name"], generation: row["generation"],
      createdAt: Timestamp(milliseconds: row["created_at"]),
      columns: try JSONDecoder().decode(ColumnPreferences.self, from: Data((row["columns"] as String).utf8)))
  }
}
