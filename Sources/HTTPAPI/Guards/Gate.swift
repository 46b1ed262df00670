internal import HTTPTypes
internal import Hummingbird
internal import IndexModel
internal import Indexing

/// Who may ask what: no page of another site, no name that was pointed here, and no stranger.
struct Gate: RouterMiddleware {
  let service: IndexingService
  let calls: BlockingCalls
  let configuration: HTTPConfiguration
  let needsToken: Bool

  /// What anybody may have: the page, which then asks for the token, and what a supervisor looks at.
  static let open: Set<String> = [
    "/", "/page.css", "/page.js", "/page-sources.js", "/page.svg", "/openapi.json", "/health", "/ready",
  ]

  func handle(
    _ request: Request, context: CallContext, next: (Request, CallContext) async throws -> Response
  ) async throws -> Response {
    try checkHost(of: request)
    try checkOrigin(of: request)
    var context = context
    if !Self.open.contains(request.uri.path) { context.caller = try await caller(of: request) }
    let isLooking = request.method == .get || request.method == .head
    guard isLooking || context.caller.scope == .full else {
      throw IndexerError(.forbidden, "this token may look, and change nothing; ask for a full one")
    }
    return try await next(request, context)
  }

  /// DNS rebinding: the page of a site whose name was made to point to this address would say that name.
  private func checkHost(of request: Request) throws {
    guard let authority = request.head.authority, !authority.isEmpty else {
      throw IndexerError(.usage, "the request has no Host header")
    }
    let name = Self.host(in: authority).lowercased()
    let isAny = needsToken && (configuration.host == "0.0.0.0" || configuration.host == "::")
    let isOurs =
      HTTPConfiguration.isLoopback(name) || name == configuration.host.lowercased()
      || configuration.hostNames.contains { $0.lowercased() == name }
    guard isOurs || isAny else {
      throw IndexerError(.forbidden, "this service is not called \(name); INDEXER_HOST_NAMES adds names")
    }
  }

  /// Without the port, and without the brackets of IPv6.
  private static func host(in authority: String) -> String {
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      return String(authority[authority.index(after: authority.startIndex)..<end])
    }
    return String(authority.prefix { $0 != ":" })
  }

  /// A page of another site may send requests here, with its origin.
  private func checkOrigin(of request: Request) throws {
    guard let origin = request.headers[.origin] else { return }
    let authority = request.head.authority ?? ""
    guard origin == "http://\(authority)" || origin == "https://\(authority)" else {
      throw IndexerError(.forbidden, "a page of another site may not ask this service")
    }
  }

  private func caller(of request: Request) async throws -> Caller {
    guard let header = request.headers[.authorization] else {
      guard !needsToken else {
        throw IndexerError(
          .unauthorized, "a token is needed: Authorization: Bearer TOKEN; `indexer tokens add NAME` makes one")
      }
      return Caller(name: nil, scope: .full)
    }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw IndexerError(.unauthorized, "the Authorization header must be: Bearer TOKEN")
    }
    let token = String(parts[1])
    guard let owner = try await calls.run({ [service] in try service.owner(ofToken: token) }) else {
      throw IndexerError(.unauthorized, "this token is not known, or was revoked")
    }
    return Caller(name: owner.name, scope: owner.scope)
  }
}

extension HTTPField.Name {
  static let origin = Self("Origin")!
  static let idempotencyKey = Self("Idempotency-Key")!
  static let lastEventID = Self("Last-Event-ID")!
}
