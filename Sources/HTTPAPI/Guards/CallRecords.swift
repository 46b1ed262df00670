internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Synchronization

/// Counts and times the calls, by route: for `/metrics`.
final class CallRecords: Sendable {
  struct Key: Hashable {
    var method: String
    var route: String
    var status: Int
  }

  struct Times {
    var count = 0
    var seconds = 0.0
    /// Calls that took no longer than each of ``bounds``.
    var within = [Int](repeating: 0, count: CallRecords.bounds.count)
  }

  /// Seconds.
  static let bounds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]

  private let state = Mutex((counts: [Key: Int](), times: [String: Times]()))

  func record(_ key: Key, seconds: Double) {
    state.withLock { state in
      state.counts[key, default: 0] += 1
      var times = state.times[key.route] ?? Times()
      times.count += 1
      times.seconds += seconds
      for (index, bound) in Self.bounds.enumerated() where seconds <= bound { times.within[index] += 1 }
      state.times[key.route] = times
    }
  }

  var snapshot: (counts: [Key: Int], times: [String: Times]) { state.withLock { $0 } }
}

/// Writes a line for each call, with its id, and the headers that every answer has.
struct CallRecord: RouterMiddleware {
  let records: CallRecords

  func handle(
    _ request: Request, context: CallContext, next: (Request, CallContext) async throws -> Response
  ) async throws -> Response {
    let began = ContinuousClock.now
    var response = try await next(request, context)
    let seconds = began.duration(to: .now) / .seconds(1)
    let route = context.endpointPath ?? "none"
    records.record(
      .init(method: Self.known(request.method), route: route, status: response.status.code), seconds: seconds)
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.requestID] = context.id
    context.logger.info(
      "answered",
      metadata: [
        "method": "\(request.method.rawValue)", "route": "\(route)", "status": "\(response.status.code)",
        "ms": "\(Int(seconds * 1000))", "address": "\(context.channel.remoteAddress?.ipAddress ?? "?")",
      ])
    return response
  }

  /// A word that somebody makes up is no label.
  private static func known(_ method: HTTPRequest.Method) -> String {
    RouteTable.methods.contains(method) ? method.rawValue : "other"
  }
}

extension HTTPField.Name {
  static let requestID = Self("X-Request-ID")!
}
