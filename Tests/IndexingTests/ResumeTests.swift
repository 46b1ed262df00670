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
      guard point == .committed, isFirst else { return }
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
    // Its second batch was refused by the shard.
    #expect(points[..<(claims.last ?? 0)].count { $0 == .committed } == 1)
    #expect(ended.status == .completed)
    #expect(ended.files.indexed == 300)
    #expect(try rival.doctor().filter { !$0.isWell } == [])
  }

  @Test("P7: a job whose list is made anew keeps count of what it removed and wrote before")
  func plannedTwice() async throws {
    let rig = try Rig()
    try rig.writeFiles(40)
    try await rig.index(try rig.service())
    for number in 0..<10 { try rig.remove("d\(number % 7)/f\(number).txt") }
    for number in 0..<300 { try rig.write("more \(number)\n", to: "more/f\(number).txt") }
    try rig.write("last\n", to: "zz.txt")
    let held = OnceFlag()
    var hooks = IndexHooks()
    hooks.reached = { if $0 == .committed, held.isFirst() { throw Crash() } }
    let broken = try rig.service(hooks)
    let job = try broken.start(StartRequest(directory: rig.tree, requestedBy: "test")).job
    await #expect(throws: Crash.self) { try await rig.run(job.id, broken) }
    try broken.abandon(job.id)
    // As another job of the project does that writes meanwhile.
    let service = try rig.service()
    let claimed = try #require(try service.queue.store.read { try service.queue.jobs.find(job.id, in: $0) })
    let target = try #require(try Target.find(for: claimed, in: service.queue))
    let epoch = try service.queue.store.read { try Int64.fetchOne($0, sql: "SELECT last FROM epochs")! }
    let other = try Shard(target.location, number: 0, job: "other", epoch: epoch)
    try other.sync()
    try other.close()
    let ended = try await rig.run(job.id, service)
    #expect(ended.status == .completed && ended.attempt == 2)
    #expect(
      ended.files.indexed == 301 && ended.files.removed == 10 && ended.units == 301, "\(ended.files) \(ended.units)")
  }

  @Test("P8: files that crash the program one after the other in one batch are given up one by one")
  func manyCrashingFiles() async throws {
    let rig = try Rig()
    try rig.writeFiles(30)
    let service = try rig.service()
    let job = try service.start(StartRequest(directory: rig.tree, requestedBy: "test")).job
    let bad = ["/d1/f1.txt", "/d3/f10.txt", "/d5/f26.txt", "/d6/f20.txt"]
    let marks = rig.data + "/logs/crashes"
    var hooks = IndexHooks()
    hooks.willRead = { path in
      guard let name = bad.first(where: path.hasSuffix) else { return }
      let walk = try service.walk(of: job.id)
      let entry = try service.entry(of: job.id, path: String(name.dropFirst()))
      if try Self.marks(of: walk, entry, in: marks) >= CrashMarks.limit { return }
      let log = try FileHandle(forWritingTo: URL(fileURLWithPath: marks))
      try log.seekToEnd()
      try log.write(contentsOf: Data("\(walk) 0 \(entry)\n".utf8))
      throw Crash()
    }
    let broken = try rig.service(hooks)
    var attempts = 0
    while try service.job(job.id).status.isUnfinished, attempts < 12 {
      attempts += 1
      do { try await rig.run(job.id, broken) } catch is Crash { try broken.abandon(job.id) }
    }
    let ended = try service.job(job.id)
    #expect(ended.status == .completed, "\(String(describing: ended.error))")
    #expect(ended.reasons.failed == ["crashed_worker": 4])
    #expect(ended.files.indexed == 26)
  }

  private static func marks(of walk: String, _ entry: Int64, in path: String) throws -> Int {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count { $0 == "\(walk) 0 \(entry)" }
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
  /// The walk that made the job's list.
  func walk(of id: String) throws -> String {
    try firstShard(of: id) { try $0.header(of: id)?.walk ?? "" }
  }

  /// The place in the job's list of a file, by its path below the source.
  func entry(of id: String, path: String) throws -> Int64 {
    try firstShard(of: id) { rows in
      try rows.pendingEntries(of: id, after: 0, limit: 1_000).first { $0.path.description == path }?.id ?? 0
    }
  }

  private func firstShard<Value>(of id: String, _ body: (ShardRows) throws -> Value) throws -> Value {
    let job = try queue.store.read { try queue.jobs.find(id, in: $0)! }
    return try ShardReader(Target.find(for: job, in: queue)!.location, number: 0).read(body)
  }

  /// Makes a job's worker look gone, as after a crash, but in the same process: lets its lease run out.
  func abandon(_ id: String) throws {
    try queue.store.write { db in
      try db.execute(sql: "UPDATE indexing_jobs SET lease_expires_at = 0 WHERE id = ?", arguments: [id])
    }
  }
}
