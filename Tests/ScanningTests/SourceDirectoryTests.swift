import Foundation
import Glibc
import IndexModel
import Testing

@testable import Scanning

@Suite struct SourceDirectoryTests {
  private func read(
    _ scratch: Scratch, _ name: String, limit: Int64 = 1 << 30, at root: String = "",
    into buffer: ReadBuffer = ReadBuffer(), isStopped: () -> Bool = { false }
  ) throws -> FileReading {
    try SourceDirectory(path: scratch.absolute(root))
      .read(RelativePath(name), limit: limit, into: buffer, isStopped: isStopped)
  }

  @Test("a file's bytes, hash and fingerprint belong together", arguments: [0, 1, 65_535, 65_536, 3_000_001])
  func whole(size: Int) throws {
    let scratch = try Scratch()
    var random = SeededRandom(state: UInt64(size))
    let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
    try scratch.write("sub/file", bytes: bytes)
    let buffer = ReadBuffer()
    let reading = try read(scratch, "sub/file", into: buffer)
    let entry = try scratch.run().entries[0]
    let hash = bytes.withUnsafeBytes { ContentHasher.hash($0) }
    #expect(reading == .read(entry.fingerprint, hash))
    #expect(buffer.bytes.elementsEqual(bytes))
  }

  @Test("a file whose size is given as 0 is read to its end")
  func sizeless() throws {
    let buffer = ReadBuffer()
    let reading = try SourceDirectory(path: "/proc")
      .read(RelativePath("version"), limit: 1 << 20, into: buffer, isStopped: { false })
    guard case .read = reading else {
      Issue.record("read gave \(reading)")
      return
    }
    #expect(buffer.bytes.starts(with: "Linux version".utf8))
  }

  @Test("what stands in the file's place is told apart")
  func inTheWay() throws {
    let scratch = try Scratch()
    try scratch.write("directory/file")
    try scratch.write("plain")
    #expect(mkfifo(scratch.absolute("pipe"), 0o600) == 0)
    try scratch.link("link", to: "plain")
    for (name, reason) in [
      ("gone", FailReason.vanished), ("directory", .replaced), ("pipe", .replaced), ("link", .replaced),
      ("plain/below", .replaced), ("../\(scratch.path)", .vanished),
      (String(repeating: "n", count: 256), .pathTooLong),
    ] {
      #expect(try read(scratch, name) == .failed(reason), "\(name)")
    }
  }

  @Test(
    "P12: a file is not read through a directory that became a link, out of the root or within it",
    arguments: ["../outside", "inside", "/"])
  func swapped(target: String) throws {
    let scratch = try Scratch()
    try scratch.write("outside/file", "private")
    try scratch.write("root/inside/file", "another")
    try scratch.link("root/sub", to: target == "/" ? scratch.absolute("outside") : target)
    #expect(try read(scratch, "sub/file", at: "root") == .failed(.replaced))
  }

  @Test("P8: a file that may not be read fails by itself")
  func permission() throws {
    let scratch = try Scratch()
    chmod(scratch.path, 0o755)
    chmod(try scratch.write("file"), 0)
    #expect(try Unprivileged.run { try read(scratch, "file") } == .failed(.permissionDenied))
  }

  @Test("a file over the limit is not read, however sparse")
  func tooLarge() throws {
    let scratch = try Scratch()
    let file = try scratch.write("sparse", "")
    #expect(truncate(file, 10 << 30) == 0)
    var questions = 0
    let reading = try read(scratch, "sparse", limit: 64 << 20) {
      questions += 1
      return false
    }
    #expect(reading == .skipped(.tooLarge))
    #expect(questions == 0)
  }

  @Test("a file that grows over the limit while it is read is too large")
  func growsOverLimit() throws {
    let scratch = try Scratch()
    let file = try scratch.write("file", "1234")
    let reading = try read(scratch, "file", limit: 10) {
      truncate(file, 1_000)
      return false
    }
    #expect(reading == .skipped(.tooLarge))
  }

  @Test("a file that changes once while it is read is read again, and its new hash counts")
  func changesOnce() throws {
    let scratch = try Scratch()
    let long = [UInt8](repeating: 1, count: 3 << 20)
    let file = try scratch.write("file", bytes: long)
    var questions = 0
    let reading = try read(scratch, "file") {
      questions += 1
      if questions == 2 { truncate(file, 2 << 20) }
      return false
    }
    guard case .read(let fingerprint, let hash) = reading else {
      Issue.record("read gave \(reading)")
      return
    }
    #expect(fingerprint.size == 2 << 20)
    #expect(hash == long.prefix(2 << 20).withUnsafeBytes { ContentHasher.hash($0) })
  }

  @Test("a file that keeps changing gets no hash")
  func keepsChanging() throws {
    let scratch = try Scratch()
    let file = try scratch.write("file", String(repeating: "x", count: 3 << 20))
    var size = 3 << 20
    let reading = try read(scratch, "file") {
      size += 1
      truncate(file, size)
      return false
    }
    #expect(reading == .failed(.changedWhileReading))
  }

  @Test("a file rewritten in place, at the same size, gets no hash of the mixture")
  func rewritten() throws {
    let scratch = try Scratch()
    let file = try scratch.write("file", String(repeating: "x", count: 3 << 20))
    var seconds = 1_000
    let reading = try read(scratch, "file") {
      // A time of its own for each change: the clock of a file system may tick too slowly to tell them apart.
      seconds += 1
      var times = [timeval(tv_sec: seconds, tv_usec: 0), timeval(tv_sec: seconds, tv_usec: 0)]
      utimes(file, &times)
      return false
    }
    #expect(reading == .failed(.changedWhileReading))
  }

  @Test("P5: a stop is heeded between two pieces of a large file")
  func stops() throws {
    let scratch = try Scratch()
    try scratch.write("file", String(repeating: "x", count: 5 << 20))
    let buffer = ReadBuffer()
    var questions = 0
    let reading = try read(scratch, "file", into: buffer) {
      questions += 1
      return questions == 3
    }
    #expect(reading == .stopped)
    #expect(buffer.count == 2 << 20)
  }

  @Test("P8: a source that went away is told from a file that did")
  func inPlace() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("root")
    let source = try SourceDirectory(path: scratch.absolute("root"))
    try source.checkIsInPlace()
    rmdir(scratch.absolute("root"))
    let error = #expect(throws: IndexerError.self) { try source.checkIsInPlace() }
    #expect(error?.code == .rootUnavailable)
  }
}

@Suite struct ReadBufferTests {
  @Test("a large file's memory is given back for the next small one, and contents survive growing")
  func givesBack() {
    let buffer = ReadBuffer()
    #expect(buffer.prepare(for: 10))
    buffer.free(atMost: 3).copyBytes(from: [1, 2, 3])
    buffer.add(3)
    #expect(buffer.reserve(20 << 20))
    #expect(buffer.bytes.elementsEqual([1, 2, 3]))
    #expect(buffer.free(atMost: .max).count == (20 << 20) - 3)
    #expect(buffer.prepare(for: 10))
    #expect(buffer.free(atMost: .max).count == ReadBuffer.keptCapacity)
    #expect(buffer.bytes.isEmpty)
  }
}

@Suite struct ContentHasherTests {
  @Test(
    "hashes are those that xxh128sum prints",
    arguments: [
      ("", "99aa06d3014798d86001c324468d497f"), ("abc", "06b05ab6733a618578af5f94892f3950"),
    ])
  func known(text: String, expected: String) {
    let hash = Array(text.utf8).withUnsafeBytes { ContentHasher.hash($0) }
    #expect(hash.description == expected)
  }
}
