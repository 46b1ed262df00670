package import GRDB
package import IndexModel

/// The tokens of the service, by what they hash to.
extension ProjectStore {
  /// - Parameter hash: SHA-256, hexadecimal.
  /// - Throws: `conflict` when there is one of this name.
  package func add(_ token: AccessToken, hash: String, in db: Database) throws {
    guard try tokens(in: db).allSatisfy({ $0.token.name != token.name }) else {
      throw IndexerError(
        .conflict, "there is a token \(token.name) already; revoke it first, or choose another name")
    }
    try db.execute(
      sql: "INSERT INTO tokens (name, hash, scope, created_at) VALUES (?, ?, ?, ?)",
      arguments: [token.name, hash, token.scope.rawValue, token.createdAt.milliseconds])
  }

  /// In the order of their names.
  package func tokens(in db: Database) throws -> [(token: AccessToken, hash: String)] {
    try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM tokens ORDER BY name")).compactMap { row in
      AccessToken.Scope(rawValue: row["scope"]).map { scope in
        (
          AccessToken(name: row["name"], scope: scope, createdAt: Timestamp(milliseconds: row["created_at"])),
          row["hash"]
        )
      }
    }
  }

  /// - Throws: `not_found`.
  package func revokeToken(_ name: String, in db: Database) throws {
    try db.execute(sql: "DELETE FROM tokens WHERE name = ?", arguments: [name])
    guard db.changesCount == 1 else {
      throw IndexerError(.notFound, "there is no token \(name); `indexer tokens list` lists them")
    }
  }
}
