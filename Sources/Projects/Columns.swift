internal import Foundation
package import GRDB
package import IndexModel

extension ProjectStore {
  /// Changes which columns of the project's tables are searched and shown. What was indexed before stays as it is until
  /// the next run of each source, which reads its tables again.
  package func setColumns(_ columns: ColumnPreferences, of project: Project, in db: Database) throws {
    let text = String(decoding: try JSONEncoder().encode(columns), as: UTF8.self)
    try db.execute(sql: "UPDATE projects SET columns = ? WHERE id = ?", arguments: [text, project.id])
  }

  /// Notes that all tables of the source have been read with the choice of columns that has this mark.
  package func setRead(columns mark: Int64, of source: Source, in db: Database) throws {
    try db.execute(sql: "UPDATE sources SET columns = ? WHERE id = ?", arguments: [mark, source.id])
  }

  /// The sources whose tables were read with another choice of columns, in order of their paths.
  package func sourcesDue(of project: Project, in db: Database) throws -> [Source] {
    let read = try Set(
      Int64.fetchAll(
        db, sql: "SELECT id FROM sources WHERE project_id = ? AND columns = ?",
        arguments: [project.id, project.columns.mark]))
    return try sources(of: project.id, in: db).filter { !read.contains($0.id) }
  }
}
