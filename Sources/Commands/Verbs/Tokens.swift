internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer tokens`
struct TokensCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokens",
    abstract: "Say who may call the service.",
    discussion: """
      A token is shown once, when it is made; only its hash is kept.

      Example:
        indexer tokens add ci --read-only
      """,
    subcommands: [ListVerb.self, AddVerb.self, RevokeVerb.self], defaultSubcommand: ListVerb.self)

  /// `indexer tokens list`
  struct ListVerb: Verb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List tokens by their names.",
      discussion: """
        Example:
          indexer tokens list --json
        """)

    @OptionGroup var common: CommonOptions

    func perform(_ session: Session) throws -> ExitStatus {
      let tokens = try session.service().tokens()
      if tokens.isEmpty, !session.output.isJSON {
        session.output.note("There are no tokens yet. Make one: indexer tokens add NAME")
      }
      try session.output.show(TokenList(tokens: tokens)) { style in
        TextTable(
          columns: [.init(heading: "NAME"), .init(heading: "SCOPE"), .init(heading: "MADE")],
          rows: tokens.map { [.init($0.name), .init($0.scope.rawValue), .init($0.createdAt.description)] }
        ).text(style)
      }
      return .done
    }
  }

  /// `indexer tokens add`
  struct AddVerb: Verb {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Make a token, and print it this once.",
      discussion: """
        Example:
          indexer tokens add laptop
        """)

    @Argument(help: "Who will have it: letters, digits, dots, dashes and underscores.")
    var name: String

    @Flag(help: "It may look, and change nothing.")
    var readOnly = false

    @OptionGroup var common: CommonOptions

    func perform(_ session: Session) throws -> ExitStatus {
      let made = try session.service().addToken(
        name, scope: readOnly ? .read : .full, actor: session.account.actor)
      try session.output.show(made) { _ in made.token + "\n" }
      session.output.note("Send it as the header `Authorization: Bearer TOKEN`. It is not shown again.")
      return .done
    }
  }

  /// `indexer tokens revoke`
  struct RevokeVerb: Verb {
    static let configuration = CommandConfiguration(
      commandName: "revoke", abstract: "Let a token be worth nothing from now on.",
      discussion: """
        Example:
          indexer tokens revoke laptop
        """)

    @Argument(help: "Name of a token.")
    var name: String

    @OptionGroup var common: CommonOptions

    func perform(_ session: Session) throws -> ExitStatus {
      try session.service().revokeToken(name, actor: session.account.actor)
      try session.output.show(RevokedToken(revoked: name)) { _ in "Revoked the token \"\(name)\".\n" }
      return .done
    }
  }
}

/// What `tokens list --json` prints.
struct TokenList: Encodable {
  var tokens: [AccessToken]
}

/// What `tokens revoke --json` prints.
struct RevokedToken: Encodable {
  var revoked: String
}
