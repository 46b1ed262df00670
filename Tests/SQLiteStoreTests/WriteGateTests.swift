import Foundation
import IndexModel
import Synchronization
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("WriteGate")
struct WriteGateTests {
  /// `@unchecked Sendable`: guarded by the gate, which is what is tested.
  private final class Counter: @unchecked Sendable {
    var value = 0
  }

  @Test("P2: One thread at a time is inside")
  func mutualExclusion() throws {
    let scratch = try Scratch("gate")
    let counter = Counter()
    let inside = Atomic(0)
    try onThreads(4) { _ in
      let gate = try WriteGate(path: scratch.path("lock"))
      for _ in 0..<300 {
        try gate.hold(timeout: 20_000) {
          let count = inside.add(1, ordering: .sequentiallyConsistent).newValue
          #expect(count == 1)
          counter.value += 1
          inside.subtract(1, ordering: .sequentiallyConsistent)
        }
      }
    }
    #expect(counter.value == 1200)
  }

  @Test(
    "P9: Who waits longer than the limit gives up, on a thread of its own as on one of the pool",
    arguments: [true, false])
  func timeout(onThread: Bool) throws {
    let scratch = try Scratch("gate")
    let path = scratch.path("lock")
    let held = try HeldGate(path)
    defer { held.release() }
    let attempt: @Sendable (Int) throws -> Void = { _ in
      let gate = try WriteGate(path: path)
      for limit in [0, 1, 30] as [Int64] {
        let error = try failure { try gate.hold(timeout: limit) { _ = Issue.record("the body ran") } }
        #expect(error?.code == .busy)
        #expect(error?.details == ["pid": String(getpid())])
        #expect(error?.message.contains("\(limit) ms") == true)
      }
    }
    if onThread { try onThreads(1, attempt) } else { try attempt(0) }
  }

  @Test("Who waits goes in when the holder leaves")
  func waits() throws {
    let scratch = try Scratch("gate")
    let path = scratch.path("lock")
    let held = try HeldGate(path)
    let isHeld = Atomic(true)
    try onThreads(3) { number in
      if number == 0 {
        isHeld.store(false, ordering: .sequentiallyConsistent)
        return held.release()
      }
      try WriteGate(path: path).hold(timeout: 20_000) {
        let isStillHeld = isHeld.load(ordering: .sequentiallyConsistent)
        #expect(!isStillHeld)
      }
    }
  }

  @Test("A body that throws opens the gate")
  func throwing() throws {
    let scratch = try Scratch("gate")
    let gate = try WriteGate(path: scratch.path("lock"))
    #expect(throws: Unexpected.self) { try gate.hold(timeout: 0) { throw Unexpected() } }
    #expect(try WriteGate(path: scratch.path("lock")).hold(timeout: 0) { 7 } == 7)
  }

  @Test("The holder's pid is in the file, whatever stood there before")
  func holder() throws {
    let scratch = try Scratch("gate")
    let path = try scratch.write("lock", "4194304999      \n")
    let gate = try WriteGate(path: path)
    try gate.hold(timeout: 0) { #expect(gate.lastHolder == getpid()) }
    #expect(gate.lastHolder == getpid())
  }

  @Test("A file that names nobody has no holder", arguments: ["", "nobody\n", "99999999999999999999\n", " \n"])
  func noHolder(_ text: String) throws {
    let scratch = try Scratch("gate")
    #expect(try WriteGate(path: try scratch.write("lock", text)).lastHolder == nil)
  }

  @Test("A gate ends with its process, and its file stays")
  func endsWithItsProcess() async throws {
    let scratch = try Scratch("gate")
    let path = scratch.path("lock")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      try WriteGate(path: path).hold(timeout: 0) { _ = kill(getpid(), SIGKILL) }
    }
    let gate = try WriteGate(path: path)
    let dead = try #require(gate.lastHolder)
    #expect(dead != getpid())
    #expect(try gate.hold(timeout: 0) { gate.lastHolder } == getpid())
  }

  @Test("A link in the place of the lock file is refused")
  func link() throws {
    let scratch = try Scratch("gate")
    let target = try scratch.write("target", "text")
    #expect(symlink(target, scratch.path("lock")) == 0)
    #expect(try failure { _ = try WriteGate(path: scratch.path("lock")) } != nil)
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "text")
  }
}
