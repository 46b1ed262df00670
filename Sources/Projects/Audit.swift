package import GRDB
package import IndexModel

extension ProjectStore {
  /// Writes one row of the history of projects.
  ///
  /// - Parameter actor: such as `cli:ann`, or `worker`.
  package func record(
    _ action: AuditEvent.Action, project: String?, subject: String? = nil, detail: String? = nil, actor: String,
    in db: Database
  ) throws {
    try db.execute(
      sql: "INSERT INTO audit (at, actor, action, project, subject, detail) VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [Timestamp.now().milliseconds, actor, action.rawValue, project, subject, detail])
  }

  /// Whether a project that has this id was removed by somebody, and not forgotten.
  package func isRemoved(id: String, in db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM audit WHERE action = ? AND subject = ?)",
      arguments: [AuditEvent.Action.removeProject.rawValue, id])!
  }

  /// The newest first.
  package func history(_ filter: AuditFilter, in db: Database) throws -> [AuditEvent] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM audit
        WHERE (:project IS NULL OR project = :project) AND (:action IS NULL OR action = :action)
          AND (:actor IS NULL OR actor = :actor) AND (:before IS NULL OR id < :before)
        ORDER BY id DESC LIMIT :limit
        """,
      arguments: [
        "project": filter.project, "action": filter.action?.rawValue, "actor": filter.actor, "before": filter.before,
        "limit": filter.limit,
      ]
    ).compactMap { row in
      AuditEvent.Action(rawValue: row["action"]).map { action in
        AuditEvent(
          id: row["id"], at: Timestamp(milliseconds: row["at"]), actor: row["actor"], action: action,
          project: row["project"], subject: row["subject"], detail: row["detail"])
      }
    }
  }

  /// Takes out what was done before `time`.
  package func removeHistory(before time: Timestamp, in db: Database) throws {
    try db.execute(sql: "DELETE FROM audit WHERE at < ?", arguments: [time.milliseconds])
  }

  package func hasHistory(before time: Timestamp, in db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM audit WHERE at < ?)", arguments: [time.milliseconds])!
  }
}
