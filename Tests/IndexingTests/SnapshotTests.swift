import Foundation
import GRDB
import IndexModel
import Jobs
import Projects
import SQLiteStore
import Synchronization
import TestSupport
import Testing

@testable import Indexing

@Suite("Snapshots")
struct SnapshotTests {
  private static func generations(_ rig: Rig) throws -> [String] {
    let projects = "\(rig.data)/projects"
    let project = try #require(try FileManager.default.contentsOfDirectory(atPath: projects).first)
    return try FileManager.default.contentsOfDirectory(atPath: "\(projects)/\(project)").sorted()
  }

  @Test("P6: shows nothing before it is published, and then everything", arguments: [BuildMode.snapshot, .rebuild])
  func atOnce(mode: BuildMode) async throws {
    let rig = try Rig()
    try rig.writeFiles(300)
    try rig.age()
    let plain = try rig.service()
    try await rig.index(plain)
    try rig.write("brandnew\n", to: "new.txt")
    try rig.remove("d1/f1.txt")
    let seen = Mutex<[Set<String>]>([])
    var hooks = IndexHooks()
    hooks.reached = { [rig] point in
      guard [.generationMade, .planned, .committed, .shardSynced, .willFinish].contains(point) else { return }
      let paths = try rig.paths("brandnew OR word1", plain)
      seen.withLock { $0.append(paths) }
    }
    let job = try await rig.index(rig.service(hooks), build: mode)
    #expect(job.status == .completed)
    #expect(job.kind == .snapshot && job.generation == 2)
    #expect(job.files.found == 300 && job.files.pending == 0)
    // Nothing unchanged is read or tokenised again, but for a rebuild, which is to do just that.
    #expect(mode == .rebuild ? job.files.indexed == 300 : job.files.unchanged == 299 && job.files.indexed == 1)
    let all = seen.withLock { $0 }
    #expect(all.count >= 4 && Set(all) == [["d1/f1.txt"]])
    #expect(try rig.paths("brandnew OR word1", plain) == ["new.txt"])
    #expect(try plain.doctor().filter { !$0.isWell } == [])
    #expect(try plain.verifySnapshot(nil, of: nil).checksums == "equal")
    #expect(try Self.generations(rig) == ["gen-1", "gen-2"])
  }

  @Test("the first one of a project shows nothing before it is published either")
  func first() async throws {
    let rig = try Rig()
    try rig.writeFiles(20)
    let seen = Mutex<Set<Int>>([])
    var hooks = IndexHooks()
    hooks.reached = { [rig] point in
      guard point == .committed || point == .willFinish else { return }
      let count = try rig.paths("shared", rig.service()).count
      seen.withLock { _ = $0.insert(count) }
    }
    try await rig.index(rig.service(hooks), build: .snapshot)
    #expect(seen.withLock { $0 } == [0])
    #expect(try rig.paths("shared", rig.service()).count == 20)
  }

  @Test("P4: is the same index as one made in place")
  func same() async throws {
    let rig = try Rig()
    try rig.writeFiles(50)
    let service = try rig.service()
    for mode in [BuildMode.inPlace, .snapshot, .rebuild, .snapshot] {
      try rig.write("round \(mode)\n", to: "d0/f0.txt")
      try await rig.index(service, build: mode)
      let straight = try Rig()
      try straight.writeFiles(50)
      try straight.write("round \(mode)\n", to: "d0/f0.txt")
      let other = try straight.service()
      try await straight.index(other)
      for query in ["shared", "round", "word7", "number"] {
        #expect(try rig.paths(query, service) == straight.paths(query, other))
      }
    }
  }

  @Test("a rebuild keeps what the project's other sources have")
  func otherSources() async throws {
    let rig = try Rig()
    try rig.writeFiles(30)
    let other = rig.scratch + "/other"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    try Data("elsewhere\n".utf8).write(to: URL(fileURLWithPath: other + "/o.txt"))
    let service = try rig.service()
    try await rig.index(service)
    let name = try #require(try service.projects().first).name
    let second = try service.start(StartRequest(directory: other, project: name, requestedBy: "test")).job
    try await rig.run(second.id, service)
    // Carried over from the index, not read anew.
    try FileManager.default.removeItem(atPath: other)
    let job = try await rig.index(service, build: .rebuild)
    #expect(job.status == .completed)
    let hits = try service.search(SearchRequest(query: "elsewhere")).hits
    #expect(hits.map(\.path) == [other + "/o.txt"] && hits.first?.snippet == "elsewhere")
    #expect(try rig.paths("shared", service).count == 30)
    #expect(try service.doctor().filter { !$0.isWell } == [])
  }

  @Test("a cancelled or failed one leaves nothing behind", arguments: [true, false])
  func leavesNothing(isCancelled: Bool) async throws {
    let rig = try Rig()
    try rig.writeFiles(20)
    let plain = try rig.service()
    try await rig.index(plain)
    try rig.write("brandnew\n", to: "new.txt")
    var hooks = IndexHooks()
    let flag = OnceFlag()
    hooks.reached = { point in
      guard point == .committed, flag.isFirst() else { return }
      if !isCancelled { throw IndexerError(.ioError, "a test says so") }
      let job = try #require(try plain.latestJob())
      _ = try plain.control(.cancel, job.id, actor: "test")
      usleep(300_000)
    }
    let job = try await rig.index(rig.service(hooks), build: .snapshot)
    #expect(job.status == (isCancelled ? .cancelled : .failed))
    #expect(try Self.generations(rig) == ["gen-1"])
    #expect(try plain.snapshots(of: nil).snapshots.map(\.generation) == [1])
    #expect(try rig.paths("brandnew", plain).isEmpty)
    if !isCancelled {
      try plain.queue.store.write { _ = try plain.queue.jobs.control(job.id, .resume, actor: "test", in: $0) }
      #expect(try await rig.run(job.id, plain).status == .completed)
      #expect(try rig.paths("brandnew", plain) == ["new.txt"])
    }
  }

  @Test("a paused one goes on with what it has built; but not when the index was written to meanwhile")
  func resumes() async throws {
    for isWrittenMeanwhile in [false, true] {
      let rig = try Rig()
      try rig.writeFiles(20)
      let plain = try rig.service()
      try await rig.index(plain)
      try rig.write("brandnew\n", to: "new.txt")
      var hooks = IndexHooks()
      let flag = OnceFlag()
      hooks.reached = { point in
        guard point == .planned, flag.isFirst() else { return }
        _ = try plain.control(.pause, try #require(try plain.latestJob()).id, actor: "test")
        usleep(300_000)
      }
      let job = try await rig.index(rig.service(hooks), build: .snapshot)
      #expect(job.status == .paused)
      if isWrittenMeanwhile {
        try rig.write("written in place\n", to: "place.txt")
        try await rig.index(plain)
      }
      try plain.queue.store.write { _ = try plain.queue.jobs.control(job.id, .resume, actor: "test", in: $0) }
      let ended = try await rig.run(job.id, plain)
      #expect(ended.status == .completed)
      #expect(ended.generation == (isWrittenMeanwhile ? 3 : 2))
      #expect(try rig.paths("brandnew", plain) == ["new.txt"])
      #expect(try rig.paths("written", plain) == (isWrittenMeanwhile ? ["place.txt"] : []))
    }
  }

  @Test("goes back to an earlier generation, and on from there; each step is in the history")
  func rollBack() async throws {
    let rig = try Rig()
    try rig.write("first\n", to: "a.txt")
    let service = try rig.service()
    try await rig.index(service)
    try rig.write("second\n", to: "a.txt")
    try await rig.index(service, build: .snapshot)
    #expect(try rig.paths("second", service) == ["a.txt"])
    #expect(try service.rollBack(to: nil, of: nil, actor: "test").generation == 1)
    #expect(try rig.paths("first", service) == ["a.txt"] && rig.paths("second", service).isEmpty)
    try await rig.index(service)
    #expect(try rig.paths("second", service) == ["a.txt"])
    #expect(try service.snapshots(of: nil).snapshots.map(\.state) == [.sealed, .live])
    let name = try #require(try service.projects().first).name
    let history = try service.queue.store.read {
      try service.queue.projects.history(.init(project: name, limit: 100), in: $0)
    }
    let publishing = history.filter { $0.action == .rollBack || $0.action == .publish }
    #expect(publishing.map(\.action) == [.rollBack, .publish] && publishing.map(\.subject) == ["1", "2"])
    #expect(history.contains { $0.action == .start && $0.detail == rig.tree })
    #expect(throws: IndexerError.self) { try service.rollBack(to: 7, of: nil, actor: "test") }
  }

  @Test("an index of an older tokeniser is made anew by itself, and answers meanwhile")
  func olderTokenizer() async throws {
    let rig = try Rig()
    try rig.writeFiles(20)
    let plain = try rig.service()
    try await rig.index(plain)
    try plain.queue.store.write { try $0.execute(sql: "UPDATE generations SET tokenizer_version = 0") }
    #expect(try Upkeep(queue: plain.queue, settings: plain.settings).rebuildOutdated().count == 1)
    #expect(try Upkeep(queue: plain.queue, settings: plain.settings).rebuildOutdated().isEmpty)
    let job = try #require(try plain.latestJob())
    #expect(job.kind == .snapshot && job.status == .queued)
    #expect(try rig.paths("shared", plain).count == 20)
    #expect(try await rig.run(job.id, plain).files.indexed == 20)
    #expect(try rig.paths("shared", plain).count == 20)
    #expect(try plain.projects().first?.generation == 2)
    // Neither a job in place nor another rebuild is in the way of the next run.
    #expect(try Upkeep(queue: plain.queue, settings: plain.settings).rebuildOutdated().isEmpty)
    #expect(try await rig.index(plain).files.unchanged == 20)
  }

  @Test("a job in place makes such an index anew as well")
  func olderTokenizerInPlace() async throws {
    let rig = try Rig()
    try rig.writeFiles(20)
    let service = try rig.service()
    try await rig.index(service)
    try service.queue.store.write { try $0.execute(sql: "UPDATE generations SET tokenizer_version = 0") }
    try rig.write("brandnew\n", to: "new.txt")
    let job = try await rig.index(service)
    #expect(job.status == .completed && job.generation == 2 && job.files.indexed == 21)
    #expect(try rig.paths("brandnew OR word3", service) == ["new.txt", "d3/f3.txt"])
  }

  @Test("an export is the same index elsewhere; a damaged or foreign file is refused, and leaves nothing")
  func transfer() async throws {
    let rig = try Rig()
    try rig.writeFiles(60)
    let service = try rig.service()
    try await rig.index(service)
    let archive = rig.scratch + "/export.tar"
    #expect(try service.exportSnapshot(nil, of: nil, to: archive, actor: "test").generation == 1)
    #expect(throws: IndexerError.self) { try service.exportSnapshot(nil, of: nil, to: archive, actor: "test") }

    var settings = Settings(dataDirectory: rig.scratch + "/elsewhere")
    settings.minimumFreeBytes = 0
    let elsewhere = try IndexingService(settings)
    // So that ids of sources are not the same.
    let other = rig.scratch + "/other"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    try Data("other\n".utf8).write(to: URL(fileURLWithPath: other + "/o.txt"))
    let first = try elsewhere.start(StartRequest(directory: other, requestedBy: "test")).job
    try await rig.run(first.id, elsewhere)
    let report = try elsewhere.importSnapshot(archive, project: nil, actor: "test")
    for query in ["shared", "word17", "word3 OR word4", "path:d2/*", "number NOT word5"] {
      func answer(_ service: IndexingService) throws -> [String] {
        try service.search(SearchRequest(query: query, projects: [report.project], limit: 100)).hits
          .map { "\($0.path) \($0.firstLine) \($0.score) \($0.snippet)" }
      }
      #expect(try answer(elsewhere) == answer(service) && !answer(service).isEmpty, "\(query)")
    }
    #expect(try elsewhere.verifySnapshot(nil, of: report.project).checksums == "equal")
    // And it goes on there.
    try rig.write("brandnew\n", to: "new.txt")
    let next = try elsewhere.start(StartRequest(directory: rig.tree, project: report.project, requestedBy: "test")).job
    #expect(try await rig.run(next.id, elsewhere).files.indexed == 1)
    #expect(try rig.paths("brandnew", elsewhere) == ["new.txt"])
    #expect(try elsewhere.doctor().filter { !$0.isWell } == [])

    let whole = try Data(contentsOf: URL(fileURLWithPath: archive))
    var flipped = whole
    flipped[whole.count - 20_000] ^= 1
    for (name, bytes) in [
      ("flipped", flipped), ("cut", whole.prefix(whole.count / 2)), ("foreign", Data("no archive".utf8)),
      ("empty", Data()),
    ] {
      let path = rig.scratch + "/" + name
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect(throws: IndexerError.self, "\(name)") { try elsewhere.importSnapshot(path, project: name, actor: "test") }
    }
    #expect(try Set(elsewhere.projects().map(\.name)) == ["other", report.project])
    #expect(try elsewhere.prune(dryRun: true, actor: "test") == PruneReport())
  }

  @Test("verify finds a changed byte, and there is no way back to that generation")
  func damaged() async throws {
    let rig = try Rig()
    try rig.writeFiles(20)
    let service = try rig.service()
    try await rig.index(service)
    try await rig.index(service, build: .snapshot)
    try await rig.index(service, build: .snapshot)
    #expect(try service.verifySnapshot(2, of: nil).problems == [])
    let project = "\(rig.data)/projects/\(try #require(try service.projects().first).id)"
    try Self.changeByte(of: project + "/gen-2/shard-0.db")
    let verdict = try service.verifySnapshot(2, of: nil)
    #expect(verdict.checksums == "different" && !verdict.problems.isEmpty)
    #expect(throws: IndexerError.self) { try service.rollBack(to: 2, of: nil, actor: "test") }
    #expect(try rig.paths("shared", service).count == 20)
    // Doctor names it, and has nothing against it: nobody reads it.
    let set = try service.doctor().filter { $0.message.contains("nobody reads it") }
    #expect(set.map(\.check) == ["shard \(project)/gen-2/shard-0.db"] && set.allSatisfy(\.isWell))
    #expect(try service.mend(actor: "test").isEmpty)

    try Self.changeByte(of: project + "/gen-3/shard-0.db")
    #expect(try service.doctor().filter { !$0.isWell }.map(\.check) == ["shard \(project)/gen-3/shard-0.db"])
    #expect(try service.mend(actor: "test").contains { $0.contains("damaged shards") })
  }

  @Test("what a job has begun to write to since it was looked up is not taken for damaged")
  func changedMeanwhile() async throws {
    let rig = try Rig()
    try rig.writeFiles(20)
    let service = try rig.service()
    try await rig.index(service, build: .snapshot)
    let project = try #require(try service.projects().first).id
    let sealed = try #require(
      try service.queue.store.read { try service.queue.projects.published(of: project, in: $0) })
    #expect(sealed.checksums != nil)
    try rig.write("brandnew\n", to: "new.txt")
    try await rig.index(service)
    let location = service.queue.location(sealed, of: project)
    #expect(try service.problems(location, shard: 0, isHeld: true) == [])
  }

  /// One that no check of SQLite looks at.
  private static func changeByte(of path: String) throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.seek(toOffset: 20_000)
    try file.write(contentsOf: [0xFF])
    try file.close()
  }
}

@Suite("What is not needed any more")
struct JanitorTests {
  @Test("old generations go, but for those that somebody reads")
  func generations() async throws {
    let rig = try Rig()
    try rig.writeFiles(5)
    let service = try rig.service { $0.keepGenerations = 2 }
    try await rig.index(service)
    let reader = try rig.service()
    #expect(try rig.paths("shared", reader).count == 5)
    for round in 0..<3 {
      try rig.write("round \(round)\n", to: "a.txt")
      try await rig.index(service, build: .snapshot)
    }
    // The first is kept open by the reader's last search.
    #expect(try service.snapshots(of: nil).snapshots.map(\.generation) == [4, 3, 1])
    #expect(try service.prune(dryRun: true, actor: "test").generations.isEmpty)
    #expect(try rig.paths("round", reader) == ["a.txt"])
    #expect(try service.prune(dryRun: true, actor: "test").generations.count == 1)
    #expect(try service.snapshots(of: nil).snapshots.count == 3)
    #expect(try service.prune(dryRun: false, actor: "test").generations.count == 1)
    #expect(try service.snapshots(of: nil).snapshots.map(\.generation) == [4, 3])
  }

  @Test("an idle worker merges what jobs have written, and gives way to what is wanted")
  func merging() async throws {
    let rig = try Rig()
    try rig.writeFiles(30)
    let service = try rig.service()
    for round in 0..<12 {
      try rig.write("round \(round)\n", to: "r\(round).txt")
      try await rig.index(service)
    }
    let merging = IdleMerging(service.queue)
    func segments() throws -> Int {
      let project = try #require(try service.projects().first).id
      let shard = try DatabaseQueue(path: "\(rig.data)/projects/\(project)/gen-1/shard-0.db")
      defer { try? shard.close() }
      return try shard.read { try Int.fetchOne($0, sql: "SELECT count(DISTINCT segid) FROM postings_idx")! }
    }
    let before = try segments()
    var looks = 0
    try merging.run {
      looks += 1
      return true
    }
    try merging.run { false }
    #expect(try before > 4 && segments() < before && looks <= 1)
    #expect(try rig.paths("round", service).count == 12 && rig.paths("shared", service).count == 30)
    #expect(try service.doctor().filter { !$0.isWell } == [])
  }

  @Test("left-overs without a row go, and the history whose time is over")
  func leftOvers() async throws {
    let rig = try Rig()
    try rig.writeFiles(5)
    let service = try rig.service()
    try await rig.index(service)
    let project = try #require(try service.projects().first).id
    for path in ["\(project)/gen-9", "unknown/gen-1"] {
      try FileManager.default.createDirectory(
        atPath: "\(rig.data)/projects/\(path)", withIntermediateDirectories: true)
    }
    let report = try service.prune(dryRun: false, actor: "test")
    #expect(report.directories.map { $0.path.split(separator: "/").last } == ["gen-9"])
    // A project that nobody has removed is not taken for one that somebody has.
    #expect(FileManager.default.fileExists(atPath: rig.data + "/projects/unknown/gen-1"))
    try FileManager.default.removeItem(atPath: rig.data + "/projects/unknown")
    #expect(report.jobs == 0)
    try service.queue.store.write { db in
      try db.execute(sql: "UPDATE indexing_jobs SET completed_at = completed_at - 31 * 86400000")
    }
    #expect(try service.prune(dryRun: true, actor: "test").jobs == 1)
    #expect(try service.prune(dryRun: false, actor: "test").jobs == 1)
    #expect(try service.jobs(limit: 10).isEmpty)
    #expect(try rig.paths("shared", service).count == 5)
    #expect(try service.prune(dryRun: false, actor: "test") == PruneReport())
  }
}
