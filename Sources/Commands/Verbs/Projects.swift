internal import ArgumentParser
internal import Foundation
internal import IndexModel
internal import Indexing

/// `indexer projects`
struct ProjectsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "projects",
    abstract: "List projects, or remove one.",
    discussion: """
      Example:
        indexer projects
        indexer projects remove old-shop
      """,
    subcommands: [ListVerb.self, RemoveVerb.self], defaultSubcommand: ListVerb.self)

  /// `indexer projects list`
  struct ListVerb: Verb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List projects with their directories.",
      discussion: """
        Example:
          indexer projects list --json
        """)

    @OptionGroup var common: CommonOptions

    func perform(_ session: Session) throws -> ExitStatus {
      let projects = try session.service().projects()
      if projects.isEmpty, !session.output.isJSON {
        session.output.note("There are no projects yet. Make one: indexer start DIR")
      }
      try session.output.show(ProjectList(projects: projects)) { ProjectList.table(projects).text($0) }
      return .done
    }
  }

  /// `indexer projects remove`
  struct RemoveVerb: Verb {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Remove a project and its index; the files themselves stay.",
      discussion: """
        Example:
          indexer projects remove old-shop --yes
        """)

    @Argument(help: "Name of a project.")
    var name: String

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var common: CommonOptions

    func perform(_ session: Session) throws -> ExitStatus {
      let service = try session.service()
      if !yes {
        guard session.isInteractive else {
          throw IndexerError(.usage, "removing \"\(name)\" needs --yes where nobody can be asked")
        }
        let question = "Remove the project \"\(PrintableText.escaped(name))\" and its index? [y/N] "
        session.output.writeError(question)
        guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
          session.output.note("Nothing is removed.")
          return .failed
        }
      }
      try service.removeProject(name, actor: session.account.actor)
      try session.output.show(RemovedReport(removed: name)) { _ in
        "Removed the project \"\(PrintableText.escaped(name))\"."
      }
      return .done
    }
  }
}

/// What `projects remove --json` prints.
struct RemovedReport: Encodable {
  /// The project's name.
  var removed: String
}
