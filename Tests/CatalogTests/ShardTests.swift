import Glibc
import IndexModel
import SQLiteStore
import TestSupport
import Testing

@testable import Catalog

@Suite("Shard: the fence")
struct ShardTests {
  @Test("P2: A claim with a lower epoch is refused everywhere, and its work is not even begun")
  func lower() throws {
    let fixture = try ShardFixture()
    let old = try fixture.open(job: "old", epoch: 5)
    try old.index("a", ["left"])
    let new = try fixture.open(job: "new", epoch: 6)
    let attempts: [() throws -> Void] = [
      { try old.raiseFence() },
      { try old.write { _ in _ = Issue.record("the body ran") } },
      { try old.write(durably: true) { _ in _ = Issue.record("the body ran") } },
      { try old.sync() },
    ]
    for attempt in attempts {
      let error = try failure(of: attempt)
      #expect(error?.code == .leaseLost)
      #expect(error?.details["job"] == "old")
    }
    #expect(try new.lastWriter() == "old")
    #expect(try new.search("left") == ["a"])
  }

  @Test("P2: The fence stands from the moment it is raised, before its owner has written anything")
  func raisedBetweenBatches() throws {
    let fixture = try ShardFixture()
    let old = try fixture.open(job: "job", epoch: 1)
    try old.index("a", ["first"])
    let new = try Shard(fixture.location, number: 0, job: "job", epoch: 2)
    try old.index("b", ["second"])
    try new.raiseFence()
    #expect(try failure { try old.index("c", ["third"]) }?.code == .leaseLost)
    #expect(try new.search("first OR second OR third") == ["a", "b"])
  }

  @Test("The same epoch may raise its fence again, and write")
  func equal() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open(epoch: 3)
    let again = try fixture.open(epoch: 3)
    try shard.index("a", ["one"])
    try again.index("b", ["two"])
    try again.raiseFence()
    #expect(try shard.search("one OR two") == ["a", "b"])
  }

  @Test("P2: A claim that never raised its fence writes nothing")
  func notRaised() throws {
    let fixture = try ShardFixture()
    let shard = try Shard(fixture.location, number: 0, job: "job", epoch: 4)
    #expect(try failure { try shard.index("a", ["x"]) }?.code == .leaseLost)
  }

  @Test("The shard remembers which job wrote last")
  func lastWriter() throws {
    let fixture = try ShardFixture()
    let first = try fixture.open(job: "first", epoch: 1)
    #expect(try first.lastWriter() == nil)
    try first.index("a", ["x"])
    #expect(try first.lastWriter() == "first")
    let second = try fixture.open(job: "second", epoch: 2)
    #expect(try second.lastWriter() == "first")
    try second.sync()
    #expect(try second.lastWriter() == "second")
  }

  @Test("P1: A sync writes to the log, and so syncs it, also when nothing has changed since the last batch")
  func syncWrites() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    try shard.index("a", ["text"])
    for _ in 0..<2 {
      let size = shard.store.logSize
      try shard.sync()
      #expect(shard.store.logSize > size)
    }
    #expect(try shard.lastWriter() == shard.job)
  }

  @Test("A batch that throws leaves nothing")
  func rollback() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    let units = UnitWriter()
    #expect(throws: Unexpected.self) {
      try shard.write { rows in
        try rows.index("a", ["gone"], job: "job-1", with: units)
        throw Unexpected("stop")
      }
    }
    #expect(try shard.search("gone").isEmpty)
    #expect(try shard.read { try $0.totals() } == (0, 0))
    try shard.index("b", ["here"], with: units)
    #expect(try shard.search("here") == ["b"])
    try shard.close()
    #expect(try ShardCheck.findings(fixture.location, shard: 0).isEmpty)
  }

  @Test("P3: A worker killed in the middle of a batch loses that batch and no other")
  func killed() async throws {
    let scratch = try Scratch("catalog")
    let path = scratch.path("data")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let shard = try Shard(try ShardFixture.location(path), number: 0, job: "job-1", epoch: 1)
      try shard.raiseFence()
      try shard.index("a", ["first"])
      try shard.write { rows in
        try rows.index("b", ["second"], job: "job-1", with: UnitWriter())
        kill(getpid(), SIGKILL)
      }
    }
    let location = try ShardFixture.location(path)
    let shard = try Shard(location, number: 0, job: "job-1", epoch: 2)
    try shard.raiseFence()
    #expect(try shard.search("first OR second") == ["a"])
    try shard.close()
    #expect(try ShardCheck.findings(location, shard: 0).isEmpty)
  }

  @Test("A checkpoint waits until the log has grown, then empties it")
  func checkpoint() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    try shard.index("a", ["text"])
    let size = shard.store.logSize
    #expect(size > 0)
    try shard.checkpoint(above: size)
    #expect(shard.store.logSize == size)
    try shard.checkpoint(above: size - 1)
    #expect(shard.store.logSize == 0)
  }

  @Test("Shards of a generation do not know of each other")
  func independent() throws {
    let fixture = try ShardFixture(shards: 2)
    let shards = try (0..<2).map { number in
      let shard = try Shard(fixture.location, number: number, job: "job", epoch: 1)
      try shard.raiseFence()
      return shard
    }
    try shards[0].index("a", ["left"])
    try shards[1].index("b", ["right"])
    #expect(try shards[0].search("left OR right") == ["a"])
    #expect(try shards[1].search("left OR right") == ["b"])
    #expect(fixture.location.databaseFiles.count == 6)
  }
}

@Suite("ShardReader")
struct ShardReaderTests {
  @Test("P6: A reader sees a file's old units until its new ones are committed")
  func replacement() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    let units = UnitWriter()
    try shard.index("a", ["old one", "old two"], with: units)
    let reader = try ShardReader(fixture.location, number: 0)
    func found(_ word: String) throws -> Int64 {
      try reader.read { rows in
        let select = try rows.statement("SELECT count(*) FROM postings WHERE postings MATCH ?")
        defer { select.reset() }
        select.bindText(word, at: 1)
        _ = try select.step()
        return select.int64(0)
      }
    }
    try shard.write { rows in
      try rows.index("a", ["new"], job: "job-1", with: units)
      #expect(try found("old") == 2)
      #expect(try found("new") == 0)
    }
    #expect(try found("old") == 0)
    #expect(try found("new") == 1)
  }

  @Test("A shard that is not there is not made by looking")
  func missing() throws {
    let fixture = try ShardFixture()
    let error = try failure { _ = try ShardReader(fixture.location, number: 0) }
    #expect(error?.code == .dataDirectoryUnavailable)
    #expect(access(fixture.file, F_OK) != 0)
  }

  @Test("A reader cannot write")
  func readOnly() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    try shard.index("a", ["x"])
    let reader = try ShardReader(fixture.location, number: 0)
    #expect(try failure { try reader.read { try $0.deleteFile(1) } } != nil)
    #expect(try shard.search("x") == ["a"])
  }
}
