import Extraction
import Foundation
import IndexModel
import TestSupport
import Testing

extension EndToEnd {
  /// The real process, with a converter that does what hostile documents would like to: a script in the place of
  /// `duckdb`, found on a `PATH` of the test's own. It says what it likes as CSV, which is read like Parquet's.
  @Suite("The process that reads documents")
  struct ExtractionProcesses {
    private final class Setup {
      let scratch: Scratch
      let process: ExtractionProcess
      var units: [DocumentUnit] = []

      init(converter script: String, limits: ExtractionLimits = ExtractionLimits()) throws {
        scratch = try Scratch("extraction")
        let path = try scratch.write("bin/duckdb", "#!/bin/sh\n" + script + "\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        // Of this process: the one that reads inherits it.
        setenv("PATH", "\(scratch.path("bin")):/usr/bin:/bin", 1)
        process = ExtractionProcess(program: Indexer.binary, limits: limits)
      }

      func read(
        _ bytes: [UInt8] = Array("PAR1 and PAR1".utf8), as family: DocumentFamily = .parquet,
        isStopped: () -> Bool = { false }
      ) throws -> ExtractionProcess.Reading {
        units = []
        return try bytes.withUnsafeBytes {
          try process.extract($0, family, name: "file", columns: ColumnPreferences(), isStopped: isStopped) {
            units.append($0)
          }
        }
      }
    }

    private static func limits(_ change: (inout ExtractionLimits) -> Void) -> ExtractionLimits {
      var limits = ExtractionLimits()
      change(&limits)
      return limits
    }

    @Test("One process reads many documents")
    func many() throws {
      let setup = try Setup(converter: "echo region,parent; echo Nord,$PPID")
      var answers: Set<String> = []
      for _ in 0..<5 {
        let reading = try setup.read()
        #expect(reading.failure == nil && reading.kind == "parquet" && reading.units == 1, "\(reading)")
        answers.insert(try #require(setup.units.first).text)
      }
      #expect(answers.count == 1 && answers.first?.hasPrefix("region: Nord | parent: ") == true, "\(answers)")
      #expect(try setup.read(Array("a,b\n1,2\n".utf8), as: .csv).kind == "csv")
    }

    @Test("A crash costs one document, and the next is read")
    func crash() throws {
      let setup = try Setup(converter: "kill -SEGV $PPID; sleep 10")
      let reading = try setup.read()
      #expect(reading.hasCrashed && reading.failure == nil, "\(reading)")
      #expect(try setup.read(Array("a,b\n1,2\n".utf8), as: .csv).failure == nil)
    }

    @Test("CPU time has a limit, for each document anew, and so has a wait for nothing")
    func time() throws {
      let busy = try Setup(converter: "while :; do :; done", limits: Self.limits { $0.seconds = 1 })
      #expect(try busy.read().failure == .timeLimit)
      #expect(try busy.read(Array("a,b\n1,2\n".utf8), as: .csv).failure == nil)
      let idle = try Setup(converter: "sleep 100", limits: Self.limits { $0.idleMilliseconds = 1_500 })
      #expect(try idle.read().failure == .timeLimit)
    }

    @Test("Memory has a limit")
    func memory() throws {
      let script = "exec python3 -c 'x = [bytes(1 << 20) for _ in range(4096)]'"
      let setup = try Setup(converter: script, limits: Self.limits { $0.memory = 512 << 20 })
      #expect(try setup.read().failure == .memoryLimit)
    }

    @Test("A crash is not blamed on the memory that an earlier document took")
    func peak() throws {
      // Half of this is less than the notebook takes, and more than is left of it afterwards.
      let setup = try Setup(
        converter: "kill -SEGV $PPID; sleep 10", limits: Self.limits { $0.memory = 360 << 20 })
      let text = String(repeating: "word ", count: 11 << 20)
      let notebook = #"{"nbformat": 4, "cells": [{"cell_type": "raw", "source": ""# + text + #""}]}"#
      let first = try setup.read(Array(notebook.utf8), as: .notebook)
      #expect(first.failure == nil && !first.hasCrashed, "\(first)")
      let reading = try setup.read()
      #expect(reading.hasCrashed && reading.failure == nil, "\(reading)")
    }

    @Test("What gives more text than any document is stopped")
    func bomb() throws {
      let setup = try Setup(converter: "echo a,b; yes 'some text that never ends,and again'")
      #expect(try setup.read().failure == .tooMuchText)
    }

    @Test("Long names do not multiply: they are cut, and count")
    func longNames() throws {
      let setup = try Setup(converter: "exit 0")
      let subject = String(repeating: "subject ", count: 20_000)
      let mail = "From: a@b.c\nTo: d@e.f\nMessage-ID: <1@b.c>\nSubject: \(subject)\n\n"
      let body = String(repeating: String(repeating: "word ", count: 200) + "\n\n", count: 200)
      let reading = try setup.read(Array((mail + body).utf8), as: .email)
      #expect(reading.failure == nil && reading.units > 10, "\(reading)")
      #expect(setup.units.allSatisfy { ($0.title ?? "").utf8.count <= 1 << 10 })
      // All of it is found all the same.
      #expect(setup.units.map { $0.text.split(separator: "subject").count - 1 }.reduce(0, +) > 19_900)
    }

    @Test("There is no network, and there are no files")
    func rights() throws {
      let home = try Scratch("private")
      try home.write("private", "of the user")
      let setup = try Setup(
        converter: """
          python3 - "\(home.path)" <<'END'
          import os, socket, sys
          print("what,says")
          for name, act in [("socket", lambda: socket.socket()), ("write", lambda: open("/tmp/extraction-wrote", "w")),
                            ("read", lambda: open(sys.argv[1] + "/private")), ("list", lambda: os.listdir("/tmp"))]:
              try:
                  act()
                  print(name + ",allowed")
              except OSError as error:
                  print(name + "," + type(error).__name__)
          END
          """)
      _ = try setup.read()
      let text = setup.units.map(\.text).joined()
      #expect(text.contains("socket | says: PermissionError"), "\(text)")
      #expect(text.contains("write | says: PermissionError"), "\(text)")
      #expect(text.contains("read | says: PermissionError"), "\(text)")
      #expect(text.contains("list | says: PermissionError"), "\(text)")
    }

    @Test("A converter that is a script may have an interpreter of the user's own, as those of pip do")
    func interpreter() throws {
      let setup = try Setup(converter: "exit 0")
      let (shell, link) = (setup.scratch.path("own/bin/shell"), setup.scratch.path("bin/shell"))
      try FileManager.default.createDirectory(atPath: setup.scratch.path("own/bin"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: "/bin/dash", toPath: shell)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: shell)
      try setup.scratch.write("bin/duckdb", "#!\(link)\necho region,amount; echo Nord,12\n")
      let reading = try setup.read()
      #expect(reading.failure == nil && reading.units == 1, "\(reading)")
    }

    @Test("P5: a stop ends the process and what it has started at once")
    func stop() throws {
      // More than the pipe holds, so that the row with its pid arrives while it sleeps.
      let setup = try Setup(converter: "echo pid,x; echo $$,y; yes 1,2 | head -40000; exec sleep 100")
      let began = ContinuousClock.now
      #expect(throws: ExtractionProcess.Stopped.self) {
        try setup.read { !setup.units.isEmpty || began.duration(to: .now) > .seconds(20) }
      }
      let first = try #require(setup.units.first?.text.split(separator: "\n").first)
      let pid = try #require(pid_t(first.drop { !$0.isNumber }.prefix { $0.isNumber }))
      // Its parent's end ends it; init has to find that out.
      for _ in 0..<100 where kill(pid, 0) == 0 { usleep(20_000) }
      #expect(kill(pid, 0) == -1 && errno == ESRCH)
      #expect(try setup.read(Array("a,b\n1,2\n".utf8), as: .csv).failure == nil)
    }

    @Test("A converter that is not there names its package")
    func missing() throws {
      let setup = try Setup(converter: "exit 0")
      try FileManager.default.removeItem(atPath: setup.scratch.path("bin/duckdb"))
      #expect(try setup.read().failure == .missingConverter("duckdb-cli (PyPI)"))
    }
  }
}
