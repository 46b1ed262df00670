import ArgumentParser
import Testing

@testable import Commands

@Suite struct HelpTests {
  /// Every command, by its words.
  static let all: [[String]: any ParsableCommand.Type] = {
    var all: [[String]: any ParsableCommand.Type] = [:]
    func add(_ command: any ParsableCommand.Type, _ words: [String]) {
      all[words] = command
      // Those that people do not call are left out of the help, and of this.
      for child in command.configuration.subcommands where child.configuration.shouldDisplay {
        add(child, words + [child._commandName])
      }
    }
    add(IndexerCommand.self, [])
    return all
  }()

  @Test(
    "the help of each verb",
    arguments: all.keys.sorted { $0.joined(separator: " ") < $1.joined(separator: " ") })
  func help(words: [String]) throws {
    let command = try #require(Self.all[words])
    let text = IndexerCommand.helpMessage(for: command, columns: 80)
    #expect(text.contains("Example:\n  indexer"), "each help has an example")
    try Golden.expect(text + "\n", "help_\((["indexer"] + words).joined(separator: "_")).txt")
  }

  @Test("every verb is there")
  func verbs() {
    let expected = [
      "start", "pause", "resume", "cancel", "search", "status", "jobs", "events", "why", "projects", "config",
      "worker", "preferences", "snapshots", "prune", "backup", "restore", "doctor", "cron",
      "serve", "tokens", "audit", "reprocess",
    ]
    #expect(Set(Self.all.keys.filter { $0.count == 1 }.map { $0[0] }) == Set(expected))
  }

  @Test(
    "help and version go to standard output and end with 0",
    arguments: ["--help", "help", "--version", "cron"])
  func standardOutput(argument: String) {
    let call = Call([argument])
    #expect(call.status == 0)
    #expect(call.error.isEmpty)
    #expect(!call.out.isEmpty)
  }
}
