internal import ArgumentParser
internal import Foundation
internal import Indexing

/// `indexer extract`: how a worker starts the process that reads documents. Not for people.
struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract", abstract: "Read documents for a worker.", shouldDisplay: false)

  @Option(help: "Bytes of address space.")
  var memory: Int

  @Option(help: "Of CPU time for one document.")
  var seconds: Int

  func run() { Foundation.exit(DocumentReading.serve(memory: memory, seconds: seconds)) }
}
