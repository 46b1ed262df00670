internal import HTTPTypes
internal import Hummingbird
internal import IndexModel

/// What answers at each path; and that other methods are not for it.
struct RouteTable {
  typealias Answer = @Sendable (Request, CallContext) async throws -> Response

  static let methods: [HTTPRequest.Method] = [
    .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect, .init("QUERY")!,
  ]

  let router: Router<CallContext>

  /// - Parameter stream: as `get`, and has no end, so that HEAD is not for it.
  func add(
    _ path: RouterPath, get: Answer? = nil, stream: Answer? = nil, post: Answer? = nil, put: Answer? = nil,
    delete: Answer? = nil
  ) {
    let head = get.map { get -> Answer in { try await get($0, $1).createHeadResponse() } }
    let answers: [(HTTPRequest.Method, Answer?)] = [
      (.get, get ?? stream), (.head, head), (.post, post), (.put, put), (.delete, delete),
    ]
    let allowed = answers.compactMap { $1 == nil ? nil : $0 }
    for (method, answer) in answers {
      if let answer { router.on(path, method: method, use: answer) }
    }
    let names = allowed.map(\.rawValue).joined(separator: ", ")
    let refusal: Answer = { request, _ in
      var response = Response.error(
        IndexerError(.usage, "\(request.method.rawValue) is not for this address; there is \(names)"))
      response.status = .methodNotAllowed
      response.headers[.allow] = names
      return response
    }
    for method in Self.methods where !allowed.contains(method) { router.on(path, method: method, use: refusal) }
  }
}
