import Foundation
import GRDB
import IndexModel
import TestSupport
import Testing

@testable import Indexing

@Suite("Killed while an old data directory is brought up to date")
struct MigrationKillTests {
  /// Those that `EndToEnd` opens in peace.
  static let versions = ["queue1-shard2", "queue2-shard3", "queue3-shard4", "queue4-shard4"]

  private static func fixture(_ version: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "EndToEndTests/Fixtures/\(version)").path
  }

  @Test(
    "P4: it stays of the old version, whole; the next program brings it up to date, with every job", arguments: versions
  )
  func kill(version: String) async throws {
    let scratch = try Scratch("migration")
    let data = scratch.path("data")
    try FileManager.default.copyItem(atPath: Self.fixture(version), toPath: data)
    chmod(data, 0o700)
    let before = try Self.queue(data)
    await #expect(processExitsWith: .signal(SIGKILL)) { [data = data as String] in
      var hooks = IndexHooks()
      hooks.reached = { if $0 == .willMigrate { Glibc.kill(getpid(), SIGKILL) } }
      _ = try IndexingService(Settings(dataDirectory: data), hooks: hooks)
    }
    #expect(try Self.queue(data) == before)
    let service = try IndexingService(Settings(dataDirectory: data))
    #expect(try service.jobs(limit: 100).map(\.id).sorted() == before.jobs)
    #expect(try Self.queue(data).version > before.version)
    #expect(try service.search(SearchRequest(query: "shared", limit: 50)).hits.count == 12)
    #expect(try service.doctor().filter { !$0.isWell } == [])
  }

  private struct Queue: Equatable {
    var version: Int
    var jobs: [String]
  }

  /// As any other program would read it.
  private static func queue(_ data: String) throws -> Queue {
    try DatabaseQueue(path: data + "/queue.db").read { db in
      Queue(
        version: try Int.fetchOne(db, sql: "PRAGMA user_version")!,
        jobs: try String.fetchAll(db, sql: "SELECT id FROM indexing_jobs ORDER BY id"))
    }
  }
}
