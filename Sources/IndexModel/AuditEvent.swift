/// One row of `audit`: what was done to a project or its index.
package struct AuditEvent: Hashable, Sendable, Codable {
  package var id: Int64
  package var at: Timestamp
  package var actor: String
  package var action: Action
  @ExplicitNull package var project: String?
  /// What it was done to, such as a generation's number.
  @ExplicitNull package var subject: String?
  @ExplicitNull package var detail: String?

  package enum Action: String, Hashable, Sendable, Codable, CaseIterable {
    case publish
    case rollBack = "roll_back"
    case export, `import`
    case removeGeneration = "remove_generation"
    case removeProject = "remove_project"
  }

  package init(
    id: Int64, at: Timestamp, actor: String, action: Action, project: String?, subject: String?, detail: String?
  ) {
    self.id = id
    self.at = at
    self.actor = actor
    self.action = action
    self.project = project
    self.subject = subject
    self.detail = detail
  }
}
