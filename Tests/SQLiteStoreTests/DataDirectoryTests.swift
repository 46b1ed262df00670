import Foundation
import IndexModel
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("DataDirectory")
struct DataDirectoryTests {
  private func mode(_ path: String) throws -> mode_t {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw Unexpected() }
    return status.st_mode
  }

  @Test("P10: Everything in it is for its owner alone, the log and lock files too")
  func modes() throws {
    let before = umask(0)
    defer { umask(before) }
    let fixture = try StoreFixture()
    let store = try fixture.open()
    try store.insert(1)
    let reader = try fixture.open(.readOnly)
    #expect(try reader.values() == [1])
    try DataDirectory.make(fixture.directory.project("p"))
    let names = try #require(FileManager.default.enumerator(atPath: fixture.directory.path))
    var seen: Set<String> = []
    for case let name as String in names {
      let mode = try mode(fixture.directory.path + "/" + name)
      let isDirectory = mode & S_IFMT == S_IFDIR
      #expect(mode & 0o7777 == (isDirectory ? 0o700 : 0o600), "\(name)")
      seen.insert(name)
    }
    #expect(try mode(fixture.directory.path) & 0o7777 == 0o700)
    #expect(
      seen.isSuperset(of: ["test.db", "test.db-wal", "test.db-shm", "locks/test.lock", "logs", "projects/p"]))
  }

  @Test("P10: One that others can write is refused", arguments: [0o770, 0o707, 0o777, 0o720, 0o702] as [mode_t])
  func writableByOthers(_ mode: mode_t) throws {
    let scratch = try Scratch("store")
    let path = scratch.path("data")
    #expect(mkdir(path, 0o700) == 0 && chmod(path, mode) == 0)
    let error = try failure { _ = try DataDirectory(path: path) }
    #expect(error?.code == .dataDirectoryUnsafe)
    #expect(error?.message.contains("chmod 700 \(path)") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
  }

  @Test("P10: One that others can only read is closed to them", arguments: [0o755, 0o750, 0o711] as [mode_t])
  func readableByOthers(_ mode: mode_t) throws {
    let scratch = try Scratch("store")
    let path = scratch.path("data")
    #expect(mkdir(path, 0o700) == 0 && chmod(path, mode) == 0)
    _ = try DataDirectory(path: path)
    #expect(try self.mode(path) & 0o7777 == 0o700)
  }

  @Test("P10: One of another user is refused", .enabled(if: geteuid() == 0, "only root can give a directory away"))
  func anotherUser() throws {
    let scratch = try Scratch("store")
    let path = scratch.path("data")
    #expect(mkdir(path, 0o700) == 0 && chown(path, 65_534, 65_534) == 0)
    let error = try failure { _ = try DataDirectory(path: path) }
    #expect(error?.code == .dataDirectoryUnsafe)
    #expect(error?.message.contains("another user") == true)
  }

  @Test("A file in its place is refused")
  func file() throws {
    let scratch = try Scratch("store")
    let path = try scratch.write("data", "x")
    #expect(try failure { _ = try DataDirectory(path: path) }?.code == .dataDirectoryUnsafe)
    #expect(try failure { _ = try DataDirectory(path: path + "/below") } != nil)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "x")
  }

  @Test("P11: A symbolic link in its place is refused, wherever it leads", arguments: [true, false])
  func link(dangling: Bool) throws {
    let scratch = try Scratch("store")
    if !dangling { #expect(mkdir(scratch.path("real"), 0o700) == 0) }
    #expect(symlink(scratch.path("real"), scratch.path("data")) == 0)
    let error = try failure { _ = try DataDirectory(path: scratch.path("data")) }
    #expect(error?.code == .dataDirectoryUnsafe)
    #expect((access(scratch.path("real"), F_OK) == 0) == !dangling)
  }

  @Test("It is made with the directories above it, and opened again as it is")
  func parents() throws {
    let scratch = try Scratch("store")
    let directory = try DataDirectory(path: scratch.path("a/b/c"))
    for name in ["a", "a/b", "a/b/c", "a/b/c/locks", "a/b/c/logs", "a/b/c/projects"] {
      #expect(try mode(scratch.path(name)) & 0o7777 == 0o700, "\(name)")
    }
    try scratch.write("a/b/c/logs/old", "kept")
    #expect(try DataDirectory(path: directory.path) == directory)
    #expect(access(scratch.path("a/b/c/logs/old"), F_OK) == 0)
  }

  @Test("One that cannot be made is an error that names it", arguments: ["/dev/null/data", "/proc/none/data"])
  func impossible(_ path: String) throws {
    let error = try failure { _ = try DataDirectory(path: path) }
    #expect(error?.message.contains("/dev/null") == true || error?.message.contains("/proc/none") == true)
    #expect(error?.code.exitStatus == 1)
  }

  @Test("Ten threads make it at once")
  func threads() throws {
    let scratch = try Scratch("store")
    try onThreads(10) { _ in _ = try DataDirectory(path: scratch.path("x/y/data")) }
    #expect(access(scratch.path("x/y/data/locks"), F_OK) == 0)
  }
}
