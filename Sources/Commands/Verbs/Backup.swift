internal import ArgumentParser
internal import IndexModel
internal import Indexing

/// `indexer backup`
struct BackupVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the queue and all published indexes to a new directory, while workers go on.",
    discussion: """
      The copy is a data directory: search it with --data-dir, or bring it back with `indexer restore`. Snapshots that \
      are being built are left out.

      Example:
        indexer backup /mnt/backup/indexer-monday
      """)

  @Argument(help: ArgumentHelp("To make.", valueName: "dir"), completion: .directory)
  var directory: String

  @OptionGroup var common: CommonOptions

  func perform(_ session: Session) throws -> ExitStatus {
    let report = try session.service().backup(to: AbsolutePath.of(directory, from: session.workingDirectory))
    for index in report.leftOut { session.output.warn("not in the backup: \(index)") }
    try session.output.show(report) { _ in
      "Wrote \(Quantity.count(report.files, "database file")), \(Quantity.bytes(report.bytes)), to "
        + "\(PrintableText.escaped(report.path)).\n"
    }
    return report.leftOut.isEmpty ? .done : .failed
  }
}

/// `indexer restore`
struct RestoreVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Make a data directory of a backup.",
    discussion: """
      The data directory must be empty, or not be there. Jobs that were at work when the backup was made go on with \
      `indexer resume --interrupted`.

      Example:
        indexer restore /mnt/backup/indexer-monday
      """)

  @Argument(help: ArgumentHelp("That `backup` has made.", valueName: "dir"), completion: .directory)
  var directory: String

  @OptionGroup var common: CommonOptions

  func perform(_ session: Session) throws -> ExitStatus {
    let report = try IndexingService.restore(
      from: AbsolutePath.of(directory, from: session.workingDirectory),
      to: session.settings.values.service.dataDirectory)
    try session.output.show(report) { _ in
      "Restored \(Quantity.count(report.files, "database file")), \(Quantity.bytes(report.bytes)), to "
        + "\(PrintableText.escaped(report.path)).\n"
    }
    return .done
  }
}
