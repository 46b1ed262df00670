/// How the service listens, and what it lets callers do.
package struct HTTPConfiguration: Hashable, Sendable {
  /// A name or an address of this machine.
  package var host = "127.0.0.1"
  /// 0: one that is free.
  package var port = 7400
  /// Claims jobs in this process too.
  package var runsWorkers = true
  /// Callers need a token on loopback too. Elsewhere they always do.
  package var requiresToken = false
  /// Absolute directories, in one of which a directory must lie that is to be indexed.
  package var roots: [String] = []
  /// What a `Host` header may say, beside loopback's names and ``host``.
  package var hostNames: [String] = []

  package init() {}

  var isLoopback: Bool { Self.isLoopback(host) }

  static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.")
  }
}
