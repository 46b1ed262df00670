internal import HTTPTypes
internal import Hummingbird
internal import IndexModel
internal import Indexing
internal import NIOCore

extension Routes {
  func addEvents(to table: RouteTable) {
    table.add("/events", stream: events)
    table.add("/jobs/{id}/events", stream: jobEvents)
  }

  /// Events of all jobs from now on, or after the one that the client has seen last.
  private func events(_ request: Request, _ context: CallContext) async throws -> Response {
    let (seen, last) = (try lastSeen(in: request), try await ask { try $0.lastEvent() })
    // Of another queue, such as one that was restored: there is nothing after it.
    return try stream(request, context, job: nil, after: min(seen ?? last, last))
  }

  /// Events of a job from its beginning, or after the one that the client has seen last; the stream ends with the job.
  private func jobEvents(_ request: Request, _ context: CallContext) async throws -> Response {
    let after = try lastSeen(in: request) ?? 0
    let id = try context.jobID()
    let (job, rest) = try await ask { service in
      let job = try service.job(id)
      return (job, try service.events(after: after, of: job.id, limit: 1))
    }
    // What has ended, and is known to the end: a browser would come again and again.
    let hasEnded = [.completed, .failed, .cancelled].contains(job.status)
    if hasEnded, rest.isEmpty { return Response(status: .noContent) }
    return try stream(request, context, job: job.id, after: after)
  }

  private func lastSeen(in request: Request) throws -> Int? {
    let query = try Query(request, "after")
    if let after = try query.number("after", in: 0...Int.max) { return after }
    guard let header = request.headers[.lastEventID] else { return nil }
    guard let id = Int(header), id >= 0 else {
      throw IndexerError(.usage, "Last-Event-ID must be the id of an event")
    }
    return id
  }

  private func stream(_ request: Request, _ context: CallContext, job: String?, after: Int) throws -> Response {
    let channel = context.channel
    // Before the past is read, so that nothing falls between the past and what comes.
    let client = try feed.subscribe(job: job) { channel.close(mode: .all, promise: nil) }
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { [self] writer in
        defer { feed.unsubscribe(client) }
        try await request.body.consumeWithCancellationOnInboundClose { [self] _ in
          try await write(client, job, after, for: context.caller, to: &writer)
        }
        try await writer.finish(nil)
      })
  }

  private func write(
    _ client: EventFeed.Client, _ job: String?, _ after: Int, for caller: Caller,
    to writer: inout any ResponseBodyWriter
  ) async throws {
    var last = after
    // Says at once that the stream is there, and from where a client is to go on that sees no event before it is cut off.
    try await writer.write(ByteBuffer(string: "id: \(after)\n\n"))
    // Looked at first: a job that ends after this tells so by an event that comes.
    let hasEnded =
      if let job { try await ask { try [.completed, .failed, .cancelled].contains($0.job(job).status) } } else { false }
    while true {
      let from = last
      let past = try await ask { try $0.events(after: from, of: job, limit: EventFeed.page) }
      for event in past {
        let frame = try EventFeed.frame(of: event)
        try await writer.write(frame.bytes)
        last = event.id
      }
      if past.count < EventFeed.page { break }
    }
    if hasEnded { return }
    for await frame in client.frames {
      if let id = frame.id {
        guard id > last else { continue }
        last = id
      } else if frame.job == nil, try await !isKnown(caller) {
        // Looked at with each ping: a token that is revoked ends its streams, too.
        return
      }
      try await writer.write(frame.bytes)
      if frame.isLast, job != nil { return }
    }
  }

  private func isKnown(_ caller: Caller) async throws -> Bool {
    guard let name = caller.name else { return true }
    return try await ask { try $0.tokens().contains { $0.name == name } }
  }
}
