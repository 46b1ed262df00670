import Foundation
import Jobs
import SQLiteStore
import TestSupport
import Testing

@testable import Indexing

@Suite("WorkerLock")
struct WorkerLockTests {
  /// A lock that somebody holds, and that names `pid`.
  private static func held(
    naming pid: pid_t, isHere: Bool = true, in scratch: Scratch
  ) throws -> (lock: WorkerLock, holder: Int32) {
    let directory = try DataDirectory(path: scratch.path("data"))
    let lock = try WorkerLock(directory)
    var namespace = stat()
    #expect(stat("/proc/self/ns/pid", &namespace) == 0)
    try Data("\(pid) \(namespace.st_ino + (isHere ? 0 : 1))  \n".utf8).write(
      to: URL(fileURLWithPath: directory.locks + "/worker.lock"), options: [])
    let holder = open(directory.locks + "/worker.lock", O_RDWR | O_CLOEXEC)
    #expect(flock(holder, LOCK_EX) == 0)
    return (lock, holder)
  }

  @Test("A living worker is left alone")
  func living() throws {
    let scratch = try Scratch("lock")
    let (lock, holder) = try Self.held(naming: getpid(), in: scratch)
    #expect(try !lock.take())
    #expect(try !lock.takeFromDead(on: HostProcess()))
    close(holder)
    #expect(try lock.take())
  }

  @Test("Nor is one waited for whose pid means nothing here, as in another container")
  func elsewhere() throws {
    let scratch = try Scratch("lock")
    let (lock, holder) = try Self.held(naming: 1 << 22 + 1, isHere: false, in: scratch)
    #expect(try !lock.takeFromDead(on: HostProcess()))
    #expect(try lock.isHeld(on: HostProcess()))
    close(holder)
  }

  @Test("A worker that was killed and is not gone yet is waited for")
  func dying() throws {
    let scratch = try Scratch("lock")
    // Above the kernel's largest pid.
    let (lock, holder) = try Self.held(naming: 1 << 22 + 1, in: scratch)
    #expect(try !lock.take())
    Thread.detachNewThread {
      usleep(50_000)
      close(holder)
    }
    #expect(try lock.takeFromDead(on: HostProcess()))
  }
}
