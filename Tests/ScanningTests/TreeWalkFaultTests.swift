import Foundation
import Glibc
import IndexModel
import Testing

@testable import Scanning

/// What a walk makes of trees that are in the way, change under it, or may not be read.
@Suite struct TreeWalkFaultTests {
  @Test("P8: a root that is missing, a file, or a link is root_unavailable, never an empty tree")
  func badRoots() throws {
    let scratch = try Scratch()
    try scratch.write("file")
    try scratch.makeDirectory("directory")
    try scratch.link("link", to: "directory")
    for (name, word) in [("gone", "does not exist"), ("file", "not a directory"), ("link", "symbolic link")] {
      let error = #expect(throws: IndexerError.self) { try scratch.run(at: name) }
      #expect(error?.code == .rootUnavailable)
      #expect(error?.message.contains(word) == true)
      #expect(error?.message.contains(scratch.absolute(name)) == true)
    }
  }

  @Test("P8: a root replaced during the walk is root_unavailable")
  func rootReplaced() throws {
    let scratch = try Scratch()
    try scratch.write("root/a")
    let error = #expect(throws: IndexerError.self) {
      try scratch.walk(at: "root").run(threads: 1) {
        rename(scratch.absolute("root"), scratch.absolute("moved"))
        mkdir(scratch.absolute("root"), 0o700)
        return false
      }
    }
    #expect(error?.code == .rootUnavailable)
  }

  @Test("P8: a directory that vanishes under the walk makes it incomplete, and the rest is still found")
  func directoryVanishes() throws {
    let scratch = try Scratch()
    try scratch.write("a-b")
    try scratch.makeDirectory("a")
    try scratch.write("z/file")
    var questions = 0
    let result = try scratch.walk().run(threads: 1) {
      questions += 1
      // The root has been listed when the second question comes.
      if questions == 2 { rmdir(scratch.absolute("a")) }
      return false
    }
    #expect(result.lines == ["a: failed vanished", "a-b", "z/file"])
    #expect(!result.isComplete)
  }

  @Test("P12: a directory swapped for a link under the walk is not followed")
  func directorySwapped() throws {
    let scratch = try Scratch()
    try scratch.write("outside/private")
    try scratch.write("root/sub/file")
    var questions = 0
    let result = try scratch.walk(at: "root").run(threads: 1) {
      questions += 1
      if questions == 2 {
        rename(scratch.absolute("root/sub"), scratch.absolute("elsewhere"))
        symlink(scratch.absolute("outside"), scratch.absolute("root/sub"))
      }
      return false
    }
    #expect(result.lines == ["sub: failed replaced"])
    #expect(!result.isComplete)
  }

  @Test("P8: what may not be read fails by itself, and makes the walk incomplete")
  func permissions() throws {
    let scratch = try Scratch()
    try scratch.write("closed/inside")
    try scratch.write("names-only/inside")
    try scratch.write("open/inside")
    try scratch.write("open/.gitignore", "inside")
    chmod(scratch.path, 0o755)
    for (name, mode) in [("closed", mode_t(0)), ("names-only", 0o444), ("open", 0o755)] {
      chmod(scratch.absolute(name), mode)
    }
    chmod(scratch.absolute("open/.gitignore"), 0)
    defer { for name in ["closed", "names-only"] { chmod(scratch.absolute(name), 0o755) } }

    let result = try Unprivileged.run { try scratch.walk().run(threads: 1, isStopped: { false }) }
    #expect(
      result.lines == [
        "closed: failed permission_denied", "names-only: failed permission_denied", "open/.gitignore",
        "open/inside",
      ])
    #expect(!result.isComplete)

    let verdict = try Unprivileged.run { try scratch.walk().verdict(for: RelativePath("closed/inside")) }
    #expect(verdict == .failed(.permissionDenied))
    let error = #expect(throws: IndexerError.self) {
      try Unprivileged.run { try scratch.run(at: "closed") }
    }
    #expect(error?.code == .rootUnavailable)
  }

  @Test("P11: own database files are found by identity, and neither walk nor read opens them")
  func ownFiles() throws {
    let scratch = try Scratch()
    let database = try scratch.write("data/queue.db", "database")
    try scratch.write("data/other")
    // Other names for the same file, one of which a walk would like to open.
    for name in ["copy.txt", ".gitignore", ".indexerignore"] {
      #expect(Glibc.link(database, scratch.absolute(name)) == 0)
    }
    let own: Set = [try scratch.identity("data/queue.db")]
    let held = open(database, O_RDWR)
    defer { close(held) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    #expect(fcntl(held, F_SETLK, &lock) == 0)

    let walk = scratch.walk(ownFiles: own, ownDirectory: try scratch.identity("data"))
    let result = try walk.run(isStopped: { false })
    #expect(
      result.lines == [
        ".gitignore: own_database", ".indexerignore: own_database", "copy.txt: own_database",
        "data: own_database",
      ])
    #expect(try walk.verdict(for: RelativePath("data/other")) == .skipped(.ownDatabase))
    let reading = try SourceDirectory(path: scratch.path, ownFiles: own)
      .read(RelativePath("copy.txt"), limit: 100, into: ReadBuffer(), isStopped: { false })
    #expect(reading == .skipped(.ownDatabase))

    #expect(try isLocked(database))
    // The proof that the lock would have gone.
    close(open(database, O_RDONLY))
    #expect(try !isLocked(database))
  }

  /// Whether this process holds a POSIX lock on the file, by the kernel's own list.
  private func isLocked(_ path: String) throws -> Bool {
    let inode = try #require(FileIdentity(path: path)).inode
    let locks = try String(contentsOfFile: "/proc/locks", encoding: .utf8)
    return locks.split(separator: "\n").contains {
      $0.contains("POSIX") && $0.contains(" \(getpid()) ") && $0.contains(":\(inode) ")
    }
  }
}
