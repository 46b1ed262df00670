import Foundation
import IndexModel
import Synchronization

@testable import Commands

/// What was written to an ``Output``.
final class Recording: Sendable {
  private let streams = Mutex((out: [UInt8](), error: [UInt8](), writes: 0))
  /// `errno` that writes to standard output end with.
  private let failure: Int32

  init(failure: Int32 = 0) { self.failure = failure }

  var out: String { streams.withLock { String(decoding: $0.out, as: UTF8.self) } }
  var error: String { streams.withLock { String(decoding: $0.error, as: UTF8.self) } }
  /// To standard output.
  var writes: Int { streams.withLock { $0.writes } }

  func output(json: Bool = false, style: TextStyle = .plain, noteStyle: TextStyle = .plain) -> Output {
    Output(
      json: json, style: style, noteStyle: noteStyle,
      standardOutput: { bytes in
        self.streams.withLock {
          $0.writes += 1
          if self.failure == 0 { $0.out += bytes }
        }
        return self.failure
      },
      standardError: { bytes in
        self.streams.withLock { $0.error += bytes }
        return 0
      })
  }
}

/// A directory that is removed at the end.
final class Scratch {
  let path: String

  init() throws {
    path = "/tmp/commands-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A program. Another process copies it: a descriptor of ours that is open for writing, and that a child of
  /// another test has inherited, would make it "busy".
  func script(_ text: String, _ name: String) throws -> String {
    let source = try write(text, name + ".source")
    let copy = Process()
    copy.executableURL = URL(fileURLWithPath: "/usr/bin/install")
    copy.arguments = ["-m", "755", source, "\(path)/\(name)"]
    try copy.run()
    copy.waitUntilExit()
    return "\(path)/\(name)"
  }

  @discardableResult func write(_ text: String, _ name: String) throws -> String {
    let file = "\(path)/\(name)"
    let directory = (file as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }
}

/// A run of the whole program in this process.
struct Call {
  var status: Int32
  var out: String
  var error: String

  init(_ arguments: [String], environment: [String: String] = [:], in directory: String = "/nowhere") {
    let recording = Recording()
    let output = recording.output(json: Program.asksForJSON(arguments))
    status = Program(
      arguments: arguments, environment: environment, workingDirectory: directory, output: output
    ).run()
    out = recording.out
    error = recording.error
  }
}

extension JobReport {
  /// A job on a kernel tree, half done.
  static func example(_ change: (inout JobReport) -> Void = { _ in }) throws -> JobReport {
    var job = try JSONDecoder.contract.decode(JobReport.self, from: Data(exampleJSON.utf8))
    change(&job)
    return job
  }

  private static let exampleJSON = """
    {"id":"0199a3f2-1111-7000-8000-00000000abcd","project":"linux","kind":"index","directory":"/usr/src/linux",\
    "recursive":true,"source":"1","options":{"walk":{"recursive":true,"include":[],"exclude":[],\
    "use_ignore_files":true,"max_file_size":67108864}},"status":"running","interrupted":false,"unattended":false,\
    "pauseReason":null,"phase":"indexing","priority":0,"attempt":1,"generation":1,\
    "createdAt":"2026-03-01T10:00:00.000Z","startedAt":"2026-03-01T10:00:01.000Z",\
    "updatedAt":"2026-03-01T10:00:09.000Z","completedAt":null,"files":{"found":78579,"pending":37718,\
    "indexed":40000,"unchanged":800,"skipped":58,"failed":3,"removed":2,"ignored":12},\
    "reasons":{"skipped":{"binary":50,"too_large":8},"failed":{"permission_denied":3}},"ignoredBy":[],\
    "units":91234,"bytes":{"found":1300000000,"done":676000000},\
    "rate":{"filesPerSecond":9822.4,"bytesPerSecond":84500000},"etaSeconds":4.2,"queuePosition":null,\
    "lastIndexedFile":"/usr/src/linux/drivers/net/a.c",\
    "current":[{"path":"/usr/src/linux/drivers/net/ethernet/big.h","seconds":3.4},\
    {"path":"/usr/src/linux/fs/b.c","seconds":0.1}],\
    "worker":{"pid":4242,"host":"box","leaseExpiresAt":"2026-03-01T10:00:39.000Z"},"error":null}
    """
}

extension JSONDecoder {
  /// Property names as they are: the fixtures are written by hand.
  static var contract: JSONDecoder { JSONDecoder() }
}

extension Timestamp {
  /// Ten seconds after the example job was created.
  static let example = Timestamp(milliseconds: 1_772_359_210_000)
}
