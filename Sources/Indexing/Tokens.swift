internal import CSodium
internal import Foundation
package import IndexModel
internal import Projects
internal import SQLiteStore

/// Who may call the service.
extension IndexingService {
  /// Makes a token. What is kept of it is its hash.
  ///
  /// - Parameter name: 1 to 64 letters, digits, `.`, `_` and `-`.
  /// - Throws: `usage` for another name; `conflict` when there is one of this name.
  package func addToken(_ name: String, scope: AccessToken.Scope, actor: String) throws -> NewAccessToken {
    let isName =
      !name.isEmpty && name.utf8.count <= 64
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains($0))
      }
    guard isName else {
      throw IndexerError(.usage, "the name of a token is 1 to 64 letters, digits, dots, dashes and underscores")
    }
    var random = SystemRandomNumberGenerator()
    let secret = (0..<4).map { _ in String(random.next(), radix: 36) }.joined()
    let token = "indexer_" + secret
    let new = AccessToken(name: name, scope: scope, createdAt: .now())
    try queue.store.write { db in
      try queue.projects.add(new, hash: Self.hash(token), in: db)
      try queue.projects.record(.addToken, project: nil, subject: name, detail: scope.rawValue, actor: actor, in: db)
    }
    return NewAccessToken(name: name, scope: scope, token: token)
  }

  package func tokens() throws -> [AccessToken] {
    try queue.store.read { try queue.projects.tokens(in: $0).map(\.token) }
  }

  /// - Throws: `not_found`.
  package func revokeToken(_ name: String, actor: String) throws {
    try queue.store.write { db in
      try queue.projects.revokeToken(name, in: db)
      try queue.projects.record(.revokeToken, project: nil, subject: name, actor: actor, in: db)
    }
  }

  /// Whose token this is; nil when it is nobody's.
  ///
  /// All hashes are compared, each in a time that does not depend on what is in it.
  package func owner(ofToken token: String) throws -> AccessToken? {
    let hash = Self.hash(token)
    let known = try queue.store.read { try queue.projects.tokens(in: $0) }
    return known.reduce(nil) { found, entry in Self.areEqual(entry.hash, hash) ? entry.token : found }
  }

  private static func areEqual(_ one: String, _ other: String) -> Bool {
    let (one, other) = (Array(one.utf8), Array(other.utf8))
    return one.count == other.count && sodium_memcmp(one, other, one.count) == 0
  }

  /// SHA-256, hexadecimal. A token is random, so one round without salt is enough.
  private static func hash(_ token: String) -> String {
    var hash = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    let bytes = Array(token.utf8)
    crypto_hash_sha256(&hash, bytes, UInt64(bytes.count))
    return hash.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
