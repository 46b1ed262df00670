import Foundation
import IndexModel
import Testing

@testable import Commands

@Suite struct CronTests {
  @Test(
    "intervals become cron's fields",
    arguments: [
      ("1m", "* * * * *"), ("5m", "*/5 * * * *"), ("59m", "*/59 * * * *"), ("1h", "0 * * * *"),
      ("23h", "0 */23 * * *"),
    ])
  func intervals(text: String, fields: String) throws {
    let interval = try #require(CronInterval(text))
    #expect(interval.fields == fields)
    #expect(interval.description == text)
  }

  @Test(
    "other intervals are refused",
    arguments: ["", "5", "m", "0m", "60m", "24h", "-5m", "+5m", "5 m", "5d", "5M", "1.5h"])
  func badIntervals(text: String) { #expect(CronInterval(text) == nil) }

  @Test("a simple line is easy to read")
  func simpleLine() throws {
    let line = try CronLine(interval: .standard, program: "/usr/bin/indexer", dataDirectory: "/home/ann/data")
      .text()
    #expect(
      line == "*/5 * * * * /usr/bin/indexer resume --interrupted --data-dir /home/ann/data "
        + ">>/home/ann/data/logs/cron.log 2>&1 # indexer /home/ann/data")
  }

  @Test("no line break gets into a crontab", arguments: ["/a\nb", "/a\rb"])
  func lineBreaks(path: String) {
    let line = CronLine(interval: .standard, program: "/p", dataDirectory: path)
    #expect(throws: IndexerError.self) { try line.text() }
  }

  @Test(
    "the line runs in an empty environment, whatever the paths hold",
    arguments: [
      "plain", "with blank", "it's", "100%", "a\\%b", "$HOME", "`id`", "# hash", "\"quote\"", "ümläut",
      "a;b&c|d",
    ])
  func runs(name: String) throws {
    let scratch = try Scratch()
    let script = "#!/bin/sh\nprintf '%s\\n' \"$@\" \"$XDG_CONFIG_HOME\" \"${SHELL-none}\" \"$#\"\n"
    let program = try scratch.script(script, "\(name)/bin/indexer")
    let data = "\(scratch.path)/\(name)/data"
    try scratch.write("", "\(name)/data/logs/cron.log")
    let line = try CronLine(
      interval: .standard, program: program, dataDirectory: data, configurationHome: "/c \(name)"
    ).text()
    #expect(!line.contains("\n"))

    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    shell.arguments = ["-i", "PATH=/usr/bin:/bin", "HOME=/", "/bin/sh", "-c", Self.asCronRuns(line)]
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
    #expect(
      try scratch.read("\(name)/data/logs/cron.log")
        == "resume\n--interrupted\n--data-dir\n\(data)\n/c \(name)\nnone\n4\n")
  }

  /// What cron hands to the shell: without the five fields, up to the first `%` that has no backslash, and without
  /// the backslashes of the others.
  private static func asCronRuns(_ line: String) -> String {
    let command = line.split(separator: " ", maxSplits: 5)[5]
    var result = ""
    for character in command {
      if character == "%" {
        guard result.last == "\\" else { break }
        result.removeLast()
      }
      result.append(character)
    }
    return result
  }

  @Test("the line is added, renewed and removed; all other bytes stay")
  func edits() throws {
    let others: [[UInt8]] = [
      [], Array("# mine\n\n0 1 * * * true\n".utf8),
      Array("MAILTO=x\n\t\n@daily \u{FF} a # indexer /other\n".utf8),
      [0xff, 0xfe, 0x0a], Array("# comment # indexer /data\n".utf8),
    ]
    for bytes in others {
      let before = Crontab(bytes: bytes)
      #expect(before.line(for: "/data") == nil)
      let first = try line("5m")
      let added = before.setting(first, for: "/data")
      #expect(added.bytes == bytes + Array((first + "\n").utf8))
      #expect(added.line(for: "/data") == first)
      #expect(added.removing("/data") == before)
      let second = try line("1h")
      let renewed = Crontab(bytes: added.bytes + bytes).setting(second, for: "/data")
      #expect(renewed.bytes == bytes + Array((second + "\n").utf8) + bytes)
      #expect(renewed.setting(second, for: "/data") == renewed)
    }
  }

  @Test("a last line without an end gets one, and a second line of ours goes")
  func odd() throws {
    let text = try line("5m")
    let added = Crontab(bytes: Array("0 1 * * * true".utf8)).setting(text, for: "/data")
    #expect(added.bytes == Array("0 1 * * * true\n\(text)\n".utf8))
    let twice = Crontab(bytes: Array("\(text)\nx\n\(text)".utf8)).setting(text, for: "/data")
    #expect(twice.bytes == Array("\(text)\nx\n".utf8))
  }

  @Test("each data directory has its own line")
  func twoDirectories() throws {
    let one = try line("5m")
    let two = try CronLine(interval: .standard, program: "/p", dataDirectory: "/100%").text()
    let both = Crontab(bytes: []).setting(one, for: "/data").setting(two, for: "/100%")
    #expect(both.line(for: "/data") == one)
    #expect(both.line(for: "/100%") == two)
    #expect(both.removing("/data").bytes == Array((two + "\n").utf8))
    #expect(both.line(for: "/ata") == nil)
  }

  @Test("the program is read and written")
  func program() throws {
    let scratch = try Scratch()
    let table = scratch.path + "/table"
    let script = """
      #!/bin/sh
      case "$1" in
      -l) [ -e '\(table)' ] || { echo "no crontab for ann" >&2; exit 1; }; cat '\(table)';;
      -) cat > '\(table)';;
      esac
      """
    let program = CrontabProgram(name: try scratch.script(script, "crontab"))
    #expect(try program.read() == Crontab(bytes: []))
    let large = Crontab(bytes: Array(String(repeating: "# a line of a large crontab\n", count: 20_000).utf8))
    try program.write(large)
    #expect(try program.read() == large)
  }

  @Test("a machine without cron says what to install")
  func noCron() {
    do {
      _ = try CrontabProgram(name: "/nonexistent/crontab").read()
      Issue.record("was read")
    } catch let error as IndexerError {
      #expect(error.code == .cronUnavailable)
      #expect(error.message.contains("apt-get install cron"))
    } catch {
      Issue.record(error)
    }
  }

  @Test("a crontab that refuses is told with its own words")
  func refusal() throws {
    let scratch = try Scratch()
    let program = CrontabProgram(
      name: try scratch.script(
        "#!/bin/sh\necho 'ann may not use crontab' >&2\nexit 1\n", "crontab"))
    do {
      _ = try program.read()
      Issue.record("was read")
    } catch let error as IndexerError {
      #expect(error.message.hasSuffix("failed: ann may not use crontab"))
    }
    #expect(throws: IndexerError.self) { try program.write(Crontab(bytes: [])) }
  }

  private func line(_ interval: String) throws -> String {
    try CronLine(interval: #require(CronInterval(interval)), program: "/p", dataDirectory: "/data").text()
  }
}
