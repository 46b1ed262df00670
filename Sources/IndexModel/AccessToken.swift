/// Who may call the service, as a list shows it: never the token itself.
package struct AccessToken: Codable, Hashable, Sendable {
  /// Of the one who has it; in the history.
  package var name: String
  package var scope: Scope
  package var createdAt: Timestamp

  package enum Scope: String, Codable, Sendable, CaseIterable {
    /// Looks, and changes nothing.
    case read
    case full
  }

  package init(name: String, scope: Scope, createdAt: Timestamp) {
    self.name = name
    self.scope = scope
    self.createdAt = createdAt
  }
}

/// A token that was made just now: the only time that it is seen.
package struct NewAccessToken: Codable, Hashable, Sendable {
  package var name: String
  package var scope: AccessToken.Scope
  package var token: String

  package init(name: String, scope: AccessToken.Scope, token: String) {
    self.name = name
    self.scope = scope
    self.token = token
  }
}
