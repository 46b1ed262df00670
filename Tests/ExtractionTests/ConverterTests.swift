internal import Foundation
internal import TestSupport
import Testing

@testable import Extraction

@Suite("Converter")
struct ConverterTests {
  private func run(
    _ program: String, _ arguments: [String], input: [UInt8] = [], searchPath: String = Converter.usualPath,
    receive: @escaping (UnsafeRawBufferPointer) throws -> Void = { _ in }
  ) throws -> Collected {
    try Collected(input) { document, _ in
      try Converter(program: program, package: "the-package", searchPath: searchPath)
        .run(arguments, on: document, receive)
    }
  }

  private func output(_ program: String, _ arguments: [String], input: [UInt8] = []) throws -> String {
    var bytes: [UInt8] = []
    let result = try run(program, arguments, input: input) { bytes += $0 }
    try #require(result.failure == nil && result.other == nil)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("the document is the program's input, from its beginning, and the output comes back whole")
  func passesThrough() throws {
    var generator = SeededGenerator(seed: 4)
    let input = generator.bytes(1_000_000, from: Array(0...255))
    var bytes: [UInt8] = []
    let result = try Collected(input) { document, _ in
      lseek(document.descriptor, 10, SEEK_SET)
      try Converter(program: "cat", package: "coreutils").run([], on: document) { bytes += $0 }
    }
    #expect(result.failure == nil)
    #expect(bytes == input)
  }

  @Test("arguments reach the program as they are, without a shell")
  func arguments() throws {
    #expect(try output("printf", ["%s|", "a b", "$HOME", "*", ";id"]) == "a b|$HOME|*|;id|")
  }

  @Test("the program sees three variables, three descriptors and the usual signals")
  func surroundings() throws {
    let variables = try output("env", []).split(separator: "\n").map { String($0.prefix { $0 != "=" }) }
    #expect(Set(variables) == ["LC_ALL", "PATH", "HOME"])
    // The fourth is that of `ls` itself.
    #expect(try output("ls", ["/proc/self/fd"]) == "0\n1\n2\n3\n")
    for line in try output("grep", ["-E", "^Sig(Blk|Ign)", "/proc/self/status"]).split(separator: "\n") {
      // Signal 32 and above belong to the C library.
      let signals = try #require(UInt64(line.suffix(16), radix: 16))
      #expect(signals & 0x7FFF_FFFF == 0)
    }
  }

  @Test("a program that is not there is named by its package")
  func missing() throws {
    #expect(try run("no-such-program", []).failure == .missingConverter("the-package"))
    #expect(try run("cat", [], searchPath: "bin:relative:/nowhere").failure == .missingConverter("the-package"))
  }

  @Test("a program that cannot be executed is as good as missing, and costs no descriptor")
  func notExecutable() throws {
    let scratch = try Scratch()
    let path = try scratch.write("broken", "no program")
    chmod(path, 0o755)
    let failure = try run("broken", [], searchPath: scratch.path).failure
    #expect(failure == .missingConverter("the-package; what is there says: cannot execute \(path): Exec format error"))
    // What the loader does for a program whose libraries are away.
    #expect(
      try run("sh", ["-c", "echo no library >&2; exit 127"]).failure
        == .missingConverter("the-package; what is there says: no library"))
    try FileManager.default.createDirectory(atPath: scratch.path("cat"), withIntermediateDirectories: false)
    #expect(try run("cat", [], searchPath: "\(scratch.path):/bin").failure == nil)
  }

  @Test("the last line that a failed program said is told")
  func failed() throws {
    let result = try run("sh", ["-c", "echo first >&2; echo last words >&2; exit 7"])
    #expect(result.failure == .damaged("last words"))
    #expect(try run("sh", ["-c", "exit 7"]).failure == .damaged("sh ended with 7"))
    #expect(try run("sh", ["-c", "kill -SEGV $$"]).failure == .damaged("sh ended by signal 11"))
    #expect(try run("sh", ["-c", "echo std::bad_alloc >&2; kill -ABRT $$"]).failure == .memoryLimit)
  }

  @Test("any amount of complaints is read and the end of it kept")
  func manyComplaints() throws {
    let result = try run("sh", ["-c", "head -c 3000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo end >&2; exit 1"])
    #expect(result.failure == .damaged("end"))
  }

  @Test("a program that runs out of CPU time met a limit", arguments: ["ulimit -St 1; ulimit -Ht 5", "ulimit -t 1"])
  func cpuTime(limit: String) throws {
    // The inner shell's end is told by the outer one as 128 and the signal; so the shell becomes the loop.
    let result = try run("bash", ["-c", "\(limit); while :; do :; done"])
    #expect(result.failure == (limit.contains("-S") ? .timeLimit : .memoryLimit))
  }

  @Test("stopping in the middle ends the program at once and leaves none behind")
  func stopped() throws {
    struct Stop: Error {}
    var pid: pid_t = 0
    let result = try run("sh", ["-c", "echo $$; exec sleep 1000"]) { piece in
      pid = pid_t(String(decoding: piece, as: UTF8.self).dropLast()) ?? 0
      throw Stop()
    }
    #expect(result.other is Stop)
    try #require(pid > 0)
    #expect(kill(pid, 0) == -1 && errno == ESRCH)
  }

  @Test("the program dies with the thread that started it")
  func diesWithParent() throws {
    // `parent-death signal`, as the kernel reports it to the program itself.
    let script = "import ctypes; s = ctypes.c_int(); ctypes.CDLL(None).prctl(2, ctypes.byref(s)); print(s.value)"
    #expect(try output("python3", ["-c", script]) == "9\n")
  }
}
