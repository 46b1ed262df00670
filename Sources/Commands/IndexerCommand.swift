internal import ArgumentParser

/// The root of all verbs.
struct IndexerCommand: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "indexer",
    abstract: "Index directories in the background and search them at any moment.",
    discussion: """
      A job survives kill -9 and power loss, and goes on where it was.

      Example:
        indexer start --background ~/src
        indexer search "page cache"
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(
        name: "Index",
        subcommands: [StartVerb.self, ReprocessVerb.self, PauseVerb.self, ResumeVerb.self, CancelVerb.self]),
      CommandGroup(
        name: "Look",
        subcommands: [
          SearchVerb.self, StatusVerb.self, JobsVerb.self, EventsVerb.self, WhyVerb.self, AuditVerb.self,
        ]),
      CommandGroup(name: "Serve", subcommands: [ServeVerb.self, TokensCommand.self]),
      CommandGroup(
        name: "Keep",
        subcommands: [
          ProjectsCommand.self, PreferencesVerb.self, SnapshotsCommand.self, PruneVerb.self, BackupVerb.self,
          RestoreVerb.self, ConfigVerb.self, WorkerVerb.self, DoctorVerb.self,
          CronCommand.self, ExtractCommand.self,
        ]),
    ])
}
