import Foundation
import TestSupport
import Testing

@testable import Indexing

@Suite("Crash marks")
struct CrashMarksTests {
  enum Cause: String, Codable, CaseIterable, Sendable {
    case trap, abort, badAddress, stackOverflow

    func strike() {
      switch self {
      case .trap: fatalError("wanted")
      case .abort: Glibc.abort()
      case .badAddress: UnsafeMutablePointer<Int>(bitPattern: 8)!.pointee = 1
      case .stackOverflow: _ = Self.deepen(0)
      }
    }

    @inline(never)
    private static func deepen(_ depth: Int) -> Int { depth < .max ? deepen(depth + 1) + depth : 0 }
  }

  @Test("A crash leaves a mark on what the thread had in hand, and two condemn it", arguments: Cause.allCases)
  func crash(cause: Cause) async throws {
    let scratch = try Scratch("marks")
    let path = scratch.path("crashes")
    for crashes in 0..<2 {
      try Self.expect(crashes == 2, of: 42, in: path)
      await #expect(processExitsWith: .failure) { [path = path as String, cause = cause as Cause] in
        let marks = try CrashMarks(path: path, walk: "walk", shard: 1)
        marks.holding(7) {}
        marks.holding(42) { cause.strike() }
        marks.close()
      }
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "walk 1 42\nwalk 1 42\n")
    try Self.expect(true, of: 42, in: path)
    try Self.expect(false, of: 7, in: path)
    try Self.expect(false, of: 42, in: path, shard: 0)
    try Self.expect(false, of: 42, in: path, walk: "another")
  }

  @Test("A crash with nothing in hand, or after the end, leaves no mark", arguments: [false, true])
  func nothingInHand(isClosed: Bool) async throws {
    let scratch = try Scratch("marks")
    let path = scratch.path("crashes")
    await #expect(processExitsWith: .failure) { [path = path as String, isClosed = isClosed as Bool] in
      let marks = try CrashMarks(path: path, walk: "walk", shard: 1)
      marks.holding(42) {}
      if isClosed { marks.close() }
      Cause.badAddress.strike()
      marks.close()
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).isEmpty)
  }

  private static func expect(
    _ isCondemned: Bool, of entry: Int64, in path: String, walk: String = "walk", shard: Int = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let marks = try CrashMarks(path: path, walk: walk, shard: shard)
    defer { marks.close() }
    #expect(marks.condemns(entry) == isCondemned, sourceLocation: sourceLocation)
  }
}
