internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer snapshots`
struct SnapshotsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshots",
    abstract: "Look at a project's generations, verify one, or go back to one.",
    discussion: """
      A generation is one state of a project's index. `indexer start --snapshot` builds the next one aside and \
      publishes it in one step; the one before is kept.

      Example:
        indexer snapshots list --project shop
        indexer snapshots rollback --project shop
      """,
    subcommands: [ListVerb.self, VerifyVerb.self, RollBackVerb.self, ExportVerb.self, ImportVerb.self],
    defaultSubcommand: ListVerb.self)

  struct ProjectOption: ParsableArguments {
    @Option(help: ArgumentHelp("The project; needed when there are several.", valueName: "name"))
    var project: String?
  }

  /// `indexer snapshots list`
  struct ListVerb: Verb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the generations of a project.",
      discussion: """
        sealed: as it was published. live: a job has written to it since. building: not seen by searches yet.

        Example:
          indexer snapshots list --json
        """)

    @OptionGroup var target: ProjectOption
    @OptionGroup var common: CommonOptions

    func perform(_ session: Session) throws -> ExitStatus {
      let list = try session.service().snapshots(of: target.project)
      if list.snapshots.isEmpty, !session.output.isJSON {
        session.output.note("Nothing is indexed yet. Start: indexer start DIR")
      }
      try session.output.show(list) { Self.table(list).text($0) }
      return .done
    }

    private static func table(_ list: SnapshotList) -> TextTable {
      var table = TextTable(columns: [
        .init(heading: "generation", isNumber: true), .init(heading: "state"), .init(heading: "published"),
        .init(heading: "size", isNumber: true), .init(heading: "from", isNumber: true),
      ])
      for snapshot in list.snapshots {
        table.rows.append([
          .init(String(snapshot.generation)), .init(snapshot.state.rawValue + (snapshot.current ? ", current" : "")),
          .init(snapshot.publishedAt.map { "\($0)" } ?? "-"), .init(Quantity.bytes(snapshot.bytes)),
          .init(snapshot.base.map(String.init) ?? "-"),
        ])
      }
      return table
    }
  }

  /// `indexer snapshots verify`
  struct VerifyVerb: Verb {
    static let configuration = CommandConfiguration(
      commandName: "verify", abstract: "Check a generation's checksums and its databases.",
      discussion: """
        Exits with 1 when something is wrong.

        Example:
          indexer snapshots verify 3 --project shop
        """)

    @Argument(help: ArgumentHelp("Of the generation (default: the current one).", valueName: "number"))
    var number: Int?

    @OptionGroup var target: ProjectOption
    @OptionGroup var common: CommonOptions

    func perform(_ session: Session) throws -> ExitStatus {
      let verdict = try session.service().verifySnapshot(number, of: target.project)
      try session.output.show(verdict) { _ in Self.text(verdict) }
      return verdict.problems.isEmpty ? .done : .failed
    }

    private static func text(_ verdict: SnapshotVerdict) -> String {
      let name = "Generation \(verdict.generation) of \(PrintableText.escaped(verdict.project))"
      guard verdict.problems.isEmpty else {
        return "\(name) is not whole:\n" + verdict.problems.map { "  \(PrintableText.escapedLines($0))\n" }.joined()
      }
      return verdict.checksums == "equal"
        ? "\(name) is whole, and as it was published.\n"
        : "\(name) is whole. A job has written to it since it was made, so there are no checksums to compare.\n"
    }
  }

  /// `indexer snapshots rollback`
  struct RollBackVerb: Verb {
    static let configuration = CommandConfiguration(
      commandName: "rollback", abstract: "Let searches read an earlier generation again.",
      discussion: """
        It is verified first. The next job of the project goes on from it.

        Example:
          indexer snapshots rollback 2 --project shop
        """)

    @Argument(help: ArgumentHelp("Of the generation (default: the one before).", valueName: "number"))
    var number: Int?

    @OptionGroup var target: ProjectOption
    @OptionGroup var common: CommonOptions

    func perform(_ session: Session) throws -> ExitStatus {
      let verdict = try session.service().rollBack(to: number, of: target.project, actor: session.account.actor)
      try session.output.show(verdict) { _ in
        "Searches of \(PrintableText.escaped(verdict.project)) read generation \(verdict.generation) now.\n"
      }
      return .done
    }
  }

  /// `indexer snapshots export`
  struct ExportVerb: Verb {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "Write a generation to one file.",
      discussion: """
        A tar archive with a manifest. Jobs may be at work meanwhile.

        Example:
          indexer snapshots export shop.tar --project shop
        """)

    @Argument(help: ArgumentHelp("To write; must not be there yet.", valueName: "file"), completion: .file())
    var file: String

    @Option(help: ArgumentHelp("Of the generation (default: the current one).", valueName: "number"))
    var generation: Int?

    @OptionGroup var target: ProjectOption
    @OptionGroup var common: CommonOptions

    func perform(_ session: Session) throws -> ExitStatus {
      let report = try session.service().exportSnapshot(
        generation, of: target.project, to: AbsolutePath.of(file, from: session.workingDirectory),
        actor: session.account.actor)
      try session.output.show(report) { _ in
        "Wrote generation \(report.generation) of \(PrintableText.escaped(report.project)) to "
          + "\(PrintableText.escaped(report.path)).\n"
      }
      return .done
    }
  }

  /// `indexer snapshots import`
  struct ImportVerb: Verb {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Make an exported generation the current one of a project.",
      discussion: """
        Without --project it gets a project of its own. Refuses a file that is damaged, or no export.

        Example:
          indexer snapshots import shop.tar
        """)

    @Argument(help: ArgumentHelp("That `snapshots export` has written.", valueName: "file"), completion: .file())
    var file: String

    @Option(help: ArgumentHelp("To import into; made when there is none of that name.", valueName: "name"))
    var project: String?

    @OptionGroup var common: CommonOptions

    func perform(_ session: Session) throws -> ExitStatus {
      let report = try session.service().importSnapshot(
        AbsolutePath.of(file, from: session.workingDirectory), project: project, actor: session.account.actor)
      try session.output.show(report) { _ in
        "Searches of \(PrintableText.escaped(report.project)) read it now, as generation \(report.generation).\n"
      }
      return .done
    }
  }
}
