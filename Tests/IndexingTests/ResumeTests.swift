import Foundation
import GRDB
import IndexModel
import Jobs
import SQLiteStore
import Synchronization
import Testing

@testable import Catalog
@testable import Indexing

@Suite("A resumed run")
struct ResumeTests {
  @Test("P3: what was committed before is not read again")
  func readsNothingTwice() async throws {
    let rig = try Rig()
    try rig.writeFiles(600)
    var hooks = IndexHooks()
    hooks.reached = { if $0 == .committed { throw Crash() } }
    let broken = try rig.service(hooks)
    let job = try broken.start(StartRequest(directory: rig.tree, requestedBy: "test")).job
    await #expect(throws: Crash.self) { try await rig.run(job.id, broken) }
    try broken.abandon(job.id)
    var done: [String] = []
    let service = try rig.service()
    try service.files(job.id, outcome: .indexed) { done.append($0.path) }
    #expect(!done.isEmpty)
    #expect(done.count < 600)
    // Were it read again, it would fail.
    for path in done { try FileManager.default.removeItem(atPath: path) }
    let resumed = try await rig.run(job.id, service)
    #expect(resumed.files.indexed == 600)
    #expect(resumed.files.failed == 0)
  }

  @Test("P2: a worker that lost its job changes neither file any more")
  func fenced() async throws {
    let rig = try Rig()
    try rig.writeFiles(300)
    let rival = try rig.service()
    let seen = Mutex<[IndexHooks.Point]>([])
    var hooks = IndexHooks()
    hooks.reached = { point in
      let isFirst = seen.withLock { seen in
        defer { seen.append(point) }
        return !seen.contains(point)
      }
      guard point == .planned, isFirst else { return }
      // Another worker takes the job over, as if this one had been suspended, and gets as far as the fence.
      let job = try #require(try rival.latestJob())
      try rival.abandon(job.id)
      let claimed = try #require(
        try rival.queue.store.write {
          try rival.queue.jobs.claim(for: rival.queue.jobs.host.identity(slot: 7), limit: 3, in: $0)
        })
      let target = try #require(try Target.find(for: claimed, in: rival.queue))
      let shard = try Shard(target.location, number: 0, job: claimed.id, epoch: claimed.epoch)
      try shard.raiseFence()
      try rival.abandon(job.id)
    }
    let service = try rig.service(hooks)
    let job = try service.start(StartRequest(directory: rig.tree, requestedBy: "test")).job
    let ended = try await rig.run(job.id, service)
    let points = seen.withLock { $0 }
    let claims = points.indices.filter { points[$0] == .claimed }
    #expect(claims.count == 2)
    #expect(!points[..<(claims.last ?? 0)].contains(.committed))
    #expect(ended.status == .completed)
    #expect(ended.files.indexed == 300)
    #expect(try rival.doctor().filter { !$0.isWell } == [])
  }

  @Test("five attempts in a row without an outcome are a crash loop")
  func crashLoop() async throws {
    let rig = try Rig()
    try rig.writeFiles(5)
    var hooks = IndexHooks()
    hooks.reached = { if $0 == .walked { throw Crash() } }
    let broken = try rig.service(hooks)
    let job = try broken.start(StartRequest(directory: rig.tree, requestedBy: "test")).job
    for _ in 0..<5 {
      await #expect(throws: Crash.self) { try await rig.run(job.id, broken) }
      try broken.abandon(job.id)
    }
    let failed = try await rig.run(job.id, broken)
    #expect(failed.status == .failed)
    #expect(failed.error?.code == "crash_loop")
  }

  @Test("P4: a file in hand at death after death is indexed all the same, as long as no crash left its mark")
  func innocentFile() async throws {
    let rig = try Rig()
    try rig.writeFiles(30)
    let service = try rig.service()
    let job = try service.start(StartRequest(directory: rig.tree, requestedBy: "test")).job
    var hooks = IndexHooks()
    hooks.willRead = { if $0.hasSuffix("/d3/f10.txt") { throw Crash() } }
    let broken = try rig.service(hooks)
    for _ in 0..<4 {
      await #expect(throws: Crash.self) { try await rig.run(job.id, broken) }
      try broken.abandon(job.id)
    }
    let ended = try await rig.run(job.id, service)
    #expect(ended.status == .completed)
    #expect(ended.files.indexed == 30)
  }
}

extension IndexingService {
  /// Makes a job's worker look gone, as after a crash, but in the same process: lets its lease run out.
  func abandon(_ id: String) throws {
    try queue.store.write { db in
      try db.execute(sql: "UPDATE indexing_jobs SET lease_expires_at = 0 WHERE id = ?", arguments: [id])
    }
  }
}
