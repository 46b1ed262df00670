internal import Hummingbird
internal import IndexModel
internal import NIOCore

/// What is known of a request beside itself.
struct CallContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel
  /// Set by ``Gate``.
  var caller = Caller(name: nil, scope: .full)

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }

  /// How the history names who asked: token or `local`, front end, address.
  var actor: String {
    let address = channel.remoteAddress?.ipAddress ?? "?"
    return "http:\(caller.name ?? "local")@\(address)"
  }
}

/// Who asks.
struct Caller: Hashable, Sendable {
  /// Of the token; nil where none is needed.
  var name: String?
  var scope: AccessToken.Scope
}
