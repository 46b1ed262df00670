/// How the service listens, and what it lets callers do.
package struct HTTPConfiguration: Hashable, Sendable {
  /// A name or an address of this machine.
  package var host = "127.0.0.1"
  /// 0: one that is free.
  package var port = 7400
  /// Callers need a token on loopback too. Elsewhere they always do.
  package var requiresToken = false
  /// Absolute directories, in one of which a directory must lie that is to be indexed.
  package var roots: [String] = []
  /// What a `Host` header may say, beside loopback's names and ``host``.
  package var hostNames: [String] = []

  package init() {}

  var isLoopback: Bool { Self.isLoopback(host) }

  /// Of an address four numbers long, and nothing else: `127.example.org` is a name that anybody may own.
  static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
