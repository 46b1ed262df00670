import Foundation
import IndexModel
import Logging
import Testing

@testable import Commands

@Suite struct OutputTests {
  @Test("an error is one line on standard error, its control characters shown")
  func plainError() {
    let recording = Recording()
    recording.output().fail(IndexerError(.notFound, "There is no job \u{1B}x.", details: [:]))
    #expect(recording.error == "indexer: There is no job \\x1Bx.\n")
    #expect(recording.out.isEmpty)
  }

  @Test("with --json it is the contract's object on standard output")
  func jsonError() {
    let recording = Recording()
    recording.output(json: true).fail(IndexerError(.notFound, "No /x.", details: ["id": "7"]))
    #expect(
      recording.out == #"{"error":{"code":"not_found","details":{"id":"7"},"message":"No /x."}}"# + "\n")
    #expect(recording.error.isEmpty)
  }

  @Test("JSON has snake case, sorted keys, plain slashes, and nulls")
  func contract() throws {
    let recording = Recording()
    try recording.output(json: true).show(JobReport.example { $0.queuePosition = nil }) { _ in "" }
    try Golden.expect(recording.out, "job.json")
  }

  @Test("a list is gathered into few writes, and its order stays")
  func gathers() throws {
    let recording = Recording()
    let output = recording.output()
    for number in 0..<20_000 { try output.item(number) { _ in "line \(number)" } }
    output.flush()
    #expect(recording.writes < 10)
    #expect(recording.out == (0..<20_000).map { "line \($0)\n" }.joined())
  }

  @Test("a reader that is gone ends a list, and is no failure")
  func brokenPipe() throws {
    let recording = Recording(failure: EPIPE)
    let output = recording.output()
    #expect(throws: ReaderGone.self) {
      for _ in 0..<100_000 { try output.item(1) { _ in "line" } }
    }
    #expect(recording.writes == 1)
    #expect(output.failure == 0)
  }

  @Test("a full disk is a failure")
  func fullDisk() {
    let output = Recording(failure: ENOSPC).output()
    output.text("x")
    #expect(output.failure == ENOSPC)
  }

  @Test("notes take the progress line away and draw it again")
  func progress() throws {
    let recording = Recording()
    let terminal = TextStyle(isTerminal: true)
    let output = recording.output(style: terminal, noteStyle: terminal)
    output.progress("10%")
    output.progress("10%")
    output.note("hello")
    output.text("result")
    output.progress("")
    #expect(recording.error == "\r10%\u{1B}[K\r\u{1B}[Khello\n\r10%\u{1B}[K\r\u{1B}[K")
  }

  @Test("there is no progress line elsewhere")
  func noProgress() {
    let recording = Recording()
    recording.output().progress("10%")
    #expect(recording.error.isEmpty)
  }

  @Test("tables have tabs in a pipe")
  func plainTable() {
    #expect(table.text(.plain) == "a\\nb\t1\nc\t200\n")
  }

  @Test("tables are aligned on a terminal, and narrow ones cut the elastic column")
  func terminalTable() {
    #expect(table.text(TextStyle(isTerminal: true)) == "NAME  SIZE\na\\nb     1\nc      200\n")
    var wide = table
    wide.rows.append([.init(String(repeating: "x", count: 60) + "end"), .init("3")])
    let last = wide.text(TextStyle(isTerminal: true, columns: 30)).split(separator: "\n").last ?? ""
    #expect(last == "…" + String(repeating: "x", count: 20) + "end" + "     3")
    #expect(last.count == 30)
  }

  @Test("colours only where they are wanted")
  func colours() {
    #expect(TextStyle(colours: true).paint("x", .red) == "\u{1B}[31mx\u{1B}[0m")
    #expect(TextStyle.plain.paint("x", .red) == "x")
  }

  @Test("log messages are lines")
  func logLines() {
    let recording = Recording()
    let output = recording.output()
    var handler = LineLogHandler(level: .info) { output.writeError($0) }
    handler[metadataKey: "job"] = "7"
    handler.log(
      event: .init(
        level: .warning, message: "two\nlines", metadata: ["shard": "1"], source: "s", file: "f",
        function: "g", line: 1))
    #expect(recording.error.contains(/^\d{4}-\d\d-\d\dT[\d:.]+Z warning two\\nlines job=7 shard=1\n$/))
  }

  private var table: TextTable {
    TextTable(
      columns: [.init(heading: "NAME", isElastic: true), .init(heading: "SIZE", isNumber: true)],
      rows: [[.init("a\nb"), .init("1")], [.init("c"), .init("200")]])
  }
}
