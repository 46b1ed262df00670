internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import IndexModel

extension Response {
  /// JSON of the one contract.
  static func json(
    _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) throws -> Response {
    var headers = headers
    headers[.contentType] = "application/json"
    headers[.cacheControl] = "no-store"
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: try JSONContract.encode(value))))
  }

  static func text(_ text: String, type: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: type, .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  static func error(_ error: IndexerError) -> Response {
    var headers: HTTPFields = [:]
    switch error.code {
    case .busy: headers[.retryAfter] = "1"
    case .queueFull, .diskFull, .diskLow: headers[.retryAfter] = "30"
    case .unauthorized: headers[.wwwAuthenticate] = "Bearer"
    default: break
    }
    let status = HTTPResponse.Status(code: error.code.httpStatus)
    do {
      return try json(ErrorReport(error), status: status, headers: headers)
    } catch {
      // Strings alone: that they cannot be encoded does not happen.
      return Response(status: status, headers: headers)
    }
  }
}
