internal import HTTPTypes
internal import Hummingbird
internal import IndexModel
internal import Logging

/// Makes answers of errors: one shape, and no word of what is inside.
struct ErrorAnswers: RouterMiddleware {
  func handle(
    _ request: Request, context: CallContext, next: (Request, CallContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as IndexerError {
      if error.code.httpStatus == 500 { context.logger.error("\(error.message)") }
      return .error(error)
    } catch let error as any HTTPResponseError where error.status == .notFound {
      return .error(
        IndexerError(.notFound, "there is nothing at \(request.uri.path); /openapi.json says what there is"))
    } catch let error as any HTTPResponseError where error.status.code < 500 {
      return .error(IndexerError(.usage, "the request cannot be read"))
    } catch is CancellationError {
      return .error(IndexerError(.busy, "the service is stopping; try again later"))
    } catch {
      context.logger.error("unexpected: \(error)")
      return .error(
        IndexerError(.internalError, "this should not happen; please report it, with the request id \(context.id)"))
    }
  }
}
