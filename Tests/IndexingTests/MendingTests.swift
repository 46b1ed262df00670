import Foundation
import GRDB
import IndexModel
import Jobs
import SQLiteStore
import TestSupport
import Testing

@testable import Indexing

@Suite("Damage is mended")
struct MendingTests {
  private static func overwrite(_ path: String, from offset: Int, count: Int) throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.seek(toOffset: UInt64(offset))
    try file.write(contentsOf: [UInt8](repeating: 0xA5, count: count))
    try file.close()
  }

  /// All jobs that are queued, one after another, in this process.
  private static func runAll(_ rig: Rig, _ service: IndexingService) async throws {
    while let job = try service.jobs(in: [.queued], limit: 100).last { try await rig.run(job.id, service) }
  }

  @Test("a damaged shard is made anew from its files, and the others answer meanwhile", arguments: [true, false])
  func shard(isGone: Bool) async throws {
    let rig = try Rig()
    try rig.writeFiles(2_100)
    let before = try rig.service()
    try await rig.index(before)
    let name = try #require(try before.projects().first).name
    let other = rig.scratch + "/other"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    for number in 0..<20 { try Data("elsewhere\n".utf8).write(to: URL(fileURLWithPath: "\(other)/o\(number).txt")) }
    let second = try before.start(StartRequest(directory: other, project: name, requestedBy: "test")).job
    try await rig.run(second.id, before)
    // A query that finds less than an answer may hold, in all shards.
    let query = "word1 OR word2 OR word3 OR word4 OR word5 OR word6 OR word7 OR word8 OR word9 OR word10"
    let all = try rig.paths(query, before)
    #expect(try before.projects().first?.files == 2_120)

    let project = try #require(try before.projects().first)
    let shards = try before.queue.store.read { try Int.fetchOne($0, sql: "SELECT shards FROM generations")! }
    let file = "\(rig.data)/projects/\(project.id)/gen-1/shard-\(shards - 1).db"
    if isGone {
      try FileManager.default.removeItem(atPath: file)
    } else {
      try Self.overwrite(file, from: 0, count: 40_000)
    }
    let service = try rig.service()
    #expect(try service.doctor().contains { !$0.isWell && ($0.remedy ?? "").contains("doctor --fix") })
    if shards > 1 {
      let answer = try service.search(SearchRequest(query: query, limit: 100))
      #expect(!answer.unavailable.isEmpty && !answer.hits.isEmpty && answer.hits.count < all.count)
    }
    #expect(try service.mend(actor: "test").contains { $0.contains("damaged shards") })
    #expect(try service.doctor().contains { ($0.remedy ?? "").contains("makes it anew") })
    try await Self.runAll(rig, service)
    #expect(try rig.paths(query, service) == all)
    #expect(try service.projects().first?.files == 2_120)
    #expect(try service.search(SearchRequest(query: "elsewhere", limit: 100)).hits.count == 20)
    #expect(try service.doctor().filter { !$0.isWell } == [])
    // What was set aside keeps nothing from being saved.
    #expect(try service.backup(to: rig.scratch + "/backup").leftOut.count == 1)
    if shards > 1 {
      let repair = try #require(try service.jobs(limit: 100).first { $0.kind == .snapshot })
      #expect(repair.files.unchanged > 0 && repair.files.indexed > 0 && repair.files.found == 2_100)
    }
  }

  @Test("what can be read of a damaged queue is rescued, and the indexes that it forgot are adopted")
  func queue() async throws {
    for cut in ["header", "beginning", "middle", "gone"] {
      let rig = try Rig()
      try rig.writeFiles(30)
      var jobs = 0
      do {
        let service = try rig.service()
        try await rig.index(service)
        // So many that they fill pages.
        try service.queue.store.write { db in
          for number in 0..<400 {
            try db.execute(
              sql: """
                INSERT INTO job_events (job_id, at, kind, actor, reason)
                VALUES (NULL, ?, 'refused_full', 'test', hex(randomblob(100)))
                """, arguments: [number])
          }
        }
        _ = try service.queue.store.checkpoint()
        jobs = try service.jobs(limit: 10).count
      }
      let queue = rig.data + "/queue.db"
      switch cut {
      case "gone": try FileManager.default.removeItem(atPath: queue)
      case "header": try Self.overwrite(queue, from: 0, count: 100)
      case "beginning": try Self.overwrite(queue, from: 0, count: 4_096)
      default:
        let size = try #require(try FileManager.default.attributesOfItem(atPath: queue)[.size] as? Int)
        try Self.overwrite(queue, from: size * 3 / 4 / 4_096 * 4_096, count: 8_192)
      }
      for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: queue + suffix) }
      let sentences = try IndexingService.rescueQueue(in: rig.data)
      #expect(sentences.contains { $0.contains("rescued") }, "\(cut): \(sentences)")
      let service = try rig.service()
      #expect(try service.search(SearchRequest(query: "shared", limit: 100)).hits.count == 30, "\(cut): \(sentences)")
      #expect(try service.doctor().filter { !$0.isWell } == [], "\(cut)")
      // A directory that is new is none that the index knows: its first run takes nothing out.
      let other = rig.scratch + "/new-\(cut)"
      try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
      try Data("elsewhere\n".utf8).write(to: URL(fileURLWithPath: other + "/e.txt"))
      let name = try #require(try service.projects().first).name
      let next = try service.start(StartRequest(directory: other, project: name, requestedBy: "test")).job
      #expect(try await rig.run(next.id, service).files.removed == 0, "\(cut)")
      if cut == "header" {
        #expect(try service.jobs(limit: 10).count == jobs + 1, "\(sentences)")
        #expect(try service.projects().first?.sources.map(\.path) == [rig.tree, other])
      }
      if cut == "middle" {
        #expect(try service.jobs(limit: 10).count == jobs + 1)
        #expect(sentences.contains { $0.contains("lost") && $0.contains("job_events") }, "\(sentences)")
        #expect(try await rig.index(service).files.unchanged + rig.index(service).files.unchanged > 0)
      } else {
        #expect(try service.projects().map(\.name) == [cut == "header" ? "tree" : "rescued"], "\(cut)")
      }
      #expect(try IndexingService.rescueQueue(in: rig.data) == [])
    }
  }

  @Test("sources and projects that are lost are known from their jobs again")
  func fromJobs() async throws {
    let rig = try Rig()
    try rig.writeFiles(30)
    do {
      let service = try rig.service()
      try await rig.index(service)
      try service.queue.store.write { db in
        try db.execute(sql: "PRAGMA defer_foreign_keys = ON")
        try db.execute(sql: "CREATE TABLE jobs_aside AS SELECT * FROM indexing_jobs")
        try db.execute(sql: "CREATE TABLE generations_aside AS SELECT * FROM generations")
        try db.execute(sql: "DELETE FROM indexing_jobs; DELETE FROM projects")
        try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
      }
      let queue = try DatabaseQueue(path: rig.data + "/queue.db")
      try await queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA foreign_keys = OFF")
        try db.execute(sql: "INSERT INTO indexing_jobs SELECT * FROM jobs_aside")
        try db.execute(sql: "INSERT INTO generations SELECT * FROM generations_aside")
      }
      try queue.close()
      _ = try service.queue.store.checkpoint()
    }
    // A header that counts more pages than there are.
    try Self.overwrite(rig.data + "/queue.db", from: 28, count: 4)
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: rig.data + "/queue.db" + suffix) }
    _ = try IndexingService.rescueQueue(in: rig.data)
    let service = try rig.service()
    let project = try #require(try service.projects().first)
    #expect(project.name == "tree" && project.sources.map(\.path) == [rig.tree] && project.generation == 1)
    #expect(try service.search(SearchRequest(query: "shared", limit: 100)).hits.count == 30)
    #expect(try await rig.index(service).files.found == 30)
    #expect(try service.projects().count == 1)
  }

  @Test("an index whose directory is gone keeps no other from answering, and is made anew")
  func goneDirectory() async throws {
    let rig = try Rig()
    try rig.writeFiles(30)
    let before = try rig.service()
    try await rig.index(before)
    let other = rig.scratch + "/other"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    try Data("elsewhere\n".utf8).write(to: URL(fileURLWithPath: other + "/e.txt"))
    let second = try before.start(StartRequest(directory: other, requestedBy: "test")).job
    try await rig.run(second.id, before)
    let project = try #require(try before.projects().first { $0.name == "tree" })
    try FileManager.default.removeItem(atPath: "\(rig.data)/projects/\(project.id)/gen-1")
    let service = try rig.service()
    let answer = try service.search(SearchRequest(query: "elsewhere", limit: 10))
    #expect(answer.hits.count == 1 && answer.unavailable.map(\.project) == ["tree"])
    #expect(try service.mend(actor: "test").contains { $0.contains("damaged shards") })
    try await Self.runAll(rig, service)
    #expect(try service.search(SearchRequest(query: "shared", limit: 100)).hits.count == 30)
    #expect(try service.doctor().filter { !$0.isWell } == [])
  }

  @Test("P6: a rescue publishes nothing that is being built, however bad the rest is")
  func building() async throws {
    let rig = try Rig()
    try rig.writeFiles(30)
    let project: String
    do {
      let plain = try rig.service()
      try await rig.index(plain)
      project = try #require(try plain.projects().first).id
      try rig.write("brandnew\n", to: "new.txt")
      var hooks = IndexHooks()
      let flag = OnceFlag()
      hooks.reached = { point in
        guard point == .planned, flag.isFirst() else { return }
        _ = try plain.control(.pause, try #require(try plain.latestJob()).id, actor: "test")
        usleep(300_000)
      }
      #expect(try await rig.index(rig.service(hooks), build: .snapshot).status == .paused)
      // The row of the current generation is lost.
      try plain.queue.store.write { try $0.execute(sql: "UPDATE projects SET generation = 7, last_generation = 7") }
      _ = try plain.queue.store.checkpoint()
    }
    try Self.overwrite("\(rig.data)/projects/\(project)/gen-1/shard-0.db", from: 0, count: 40_000)
    // A header that counts more pages than there are.
    try Self.overwrite(rig.data + "/queue.db", from: 28, count: 4)
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: rig.data + "/queue.db" + suffix) }
    #expect(try !IndexingService.rescueQueue(in: rig.data).isEmpty)
    let published = try rig.service().snapshots(of: nil).snapshots.filter { $0.publishedAt != nil }
    #expect(published.map(\.generation) == [1])
    #expect(try rig.service().snapshots(of: nil).snapshots.first { $0.current }?.generation == 1)
  }

  @Test(
    "a backup made while a job is at work is a data directory; a restore gives the same answers, and refuses what is there"
  )
  func backup() async throws {
    let rig = try Rig()
    try rig.writeFiles(60)
    let plain = try rig.service()
    try await rig.index(plain)
    for number in 0..<20 { try rig.write("brandnew \(number)\n", to: "new/n\(number).txt") }
    let backup = rig.scratch + "/backup"
    var hooks = IndexHooks()
    let flag = OnceFlag()
    hooks.reached = { point in
      guard point == .committed, flag.isFirst() else { return }
      let report = try plain.backup(to: backup)
      #expect(report.files == 2)
    }
    try await rig.index(rig.service(hooks))
    #expect(throws: IndexerError.self) { try plain.backup(to: backup) }

    let restored = rig.scratch + "/restored"
    _ = try IndexingService.restore(from: backup, to: restored)
    var settings = Settings(dataDirectory: restored)
    settings.minimumFreeBytes = 0
    let service = try IndexingService(settings)
    let job = try #require(try service.latestJob())
    #expect(job.interrupted && job.status == .running)
    // What its worker had committed is there, and it goes on from there.
    let ended = try await rig.run(job.id, service)
    #expect(ended.status == .completed && ended.files.indexed == 20 && ended.files.found == 80)
    for query in ["shared", "brandnew", "word7"] { #expect(try rig.paths(query, service) == rig.paths(query, plain)) }
    #expect(try service.doctor().filter { !$0.isWell } == [])

    #expect(throws: IndexerError.self) { try IndexingService.restore(from: backup, to: restored) }
    #expect(throws: IndexerError.self) { try IndexingService.restore(from: rig.tree, to: rig.scratch + "/x") }
    try Self.overwrite(backup + "/queue.db", from: 5_000, count: 10)
    #expect(throws: IndexerError.self) { try IndexingService.restore(from: backup, to: rig.scratch + "/x") }
    #expect(!FileManager.default.fileExists(atPath: rig.scratch + "/x"))
  }
}
