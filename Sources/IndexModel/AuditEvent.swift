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
    case start, pause, resume, cancel, reprocess, upload
    case removeSource = "remove_source"
    case makeProject = "make_project"
    case setPreferences = "set_preferences"
    case addToken = "add_token"
    case revokeToken = "revoke_token"
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

/// Which rows of the history to list; nil: any.
package struct AuditFilter: Hashable, Sendable {
  package var project: String?
  package var actor: String?
  package var action: AuditEvent.Action?
  /// Only rows with a lower id: the next page.
  package var before: Int64?
  package var limit: Int

  package init(
    project: String? = nil, actor: String? = nil, action: AuditEvent.Action? = nil, before: Int64? = nil, limit: Int
  ) {
    self.project = project
    self.actor = actor
    self.action = action
    self.before = before
    self.limit = limit
  }
}
