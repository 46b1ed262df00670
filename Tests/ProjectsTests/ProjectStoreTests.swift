import GRDB
import IndexModel
import Jobs
import SQLiteStore
import TestSupport
import Testing

@testable import Projects

/// A new `queue.db` in a directory of its own.
final class ProjectFixture: Sendable {
  let scratch: Scratch
  let store: StoreFile
  let projects = ProjectStore()

  init() throws {
    scratch = try Scratch("projects")
    let directory = try DataDirectory(path: scratch.path("data"))
    store = try StoreFile(
      path: directory.queueFile, schema: .queue, access: .readWrite(.powerLoss), lock: directory.queueLock)
  }

  func project(_ name: String = "p") throws -> Project {
    try store.write { try projects.create(name: name, in: $0) }
  }

  @discardableResult
  func source(_ path: String, of project: Project, options: WalkOptions = WalkOptions()) throws -> Source {
    try store.write { try projects.addSource(path, options: options, to: project, in: $0) }
  }
}

@Suite("ProjectStore: projects")
struct ProjectStoreTests {
  @Test(
    "A project is found by its name and its id, whatever the name",
    arguments: ["p", "a b", "ünï/日本", "' OR 1 --", "%", "\"", String(repeating: "x", count: 200)])
  func create(_ name: String) throws {
    let fixture = try ProjectFixture()
    let made = try fixture.project(name)
    _ = try fixture.project("other")
    let (byName, byID) = try fixture.store.read { db in
      (try fixture.projects.find(name: name, in: db), try fixture.projects.find(id: made.id, in: db))
    }
    #expect(byName == made && byID == made)
    #expect(made.generation == 0)
    #expect(try fixture.store.read { try fixture.projects.require(name: name, in: $0) } == made)
  }

  @Test(
    "A name that nobody could type is a usage error", arguments: ["", "a\nb", "\r", String(repeating: "x", count: 201)])
  func badName(_ name: String) throws {
    let fixture = try ProjectFixture()
    #expect(try failure { _ = try fixture.project(name) }?.code == .usage)
    #expect(try fixture.store.read { try fixture.projects.list(in: $0) }.isEmpty)
  }

  @Test("A name is given once")
  func taken() throws {
    let fixture = try ProjectFixture()
    let made = try fixture.project("p")
    #expect(try failure { _ = try fixture.project("p") } != nil)
    #expect(try fixture.store.read { try fixture.projects.list(in: $0) } == [made])
  }

  @Test("A project that there is not is not found, and the message names those there are")
  func require() throws {
    let fixture = try ProjectFixture()
    func message() throws -> String? {
      let error = try failure { _ = try fixture.store.read { try fixture.projects.require(name: "x", in: $0) } }
      #expect(error?.code == .notFound)
      return error?.message
    }
    #expect(try message()?.contains("indexer start") == true)
    for name in ["beta", "alpha"] { _ = try fixture.project(name) }
    #expect(try message()?.hasSuffix("alpha, beta") == true)
  }

  @Test("The list is in the order of the names")
  func list() throws {
    let fixture = try ProjectFixture()
    for name in ["b", "c", "a"] { _ = try fixture.project(name) }
    #expect(try fixture.store.read { try fixture.projects.list(in: $0) }.map(\.name) == ["a", "b", "c"])
  }

  @Test("A name that is taken gets a number, the first that is free")
  func freeName() throws {
    let fixture = try ProjectFixture()
    func free(_ base: String) throws -> String {
      try fixture.store.read { try fixture.projects.freeName(base, in: $0) }
    }
    #expect(try free("linux") == "linux")
    for expected in ["linux", "linux-2", "linux-3"] {
      #expect(try free("linux") == expected)
      _ = try fixture.project(expected)
    }
    _ = try fixture.project("linux-5")
    #expect(try free("linux") == "linux-4")
    #expect(try free("linux-5") == "linux-5-2")
  }

  @Test(
    "Any directory's name gives a name that can be given, also when it is taken",
    arguments: [
      String(repeating: "x", count: 198), String(repeating: "x", count: 200), String(repeating: "x", count: 255),
      String(repeating: "e\u{301}", count: 120), "line\nbreak", "carriage\r\nreturn", "日本",
    ])
  func freeNameOfAnything(_ base: String) throws {
    let fixture = try ProjectFixture()
    var names: Set<String> = []
    for _ in 0..<3 {
      let free = try fixture.store.read { try fixture.projects.freeName(base, in: $0) }
      #expect(try fixture.project(free).name == free)
      names.insert(free)
    }
    #expect(names.count == 3)
  }

  @Test("A name is measured as the database measures it")
  func combiningMarks() throws {
    let fixture = try ProjectFixture()
    let error = try failure { _ = try fixture.project(String(repeating: "e\u{301}", count: 101)) }
    #expect(error?.code == .usage)
    _ = try fixture.project(String(repeating: "e\u{301}", count: 100))
  }

  @Test("A project goes with all that is its own, and nothing of another")
  func remove() throws {
    let fixture = try ProjectFixture()
    let jobs = JobQueue(host: try HostProcess())
    var made: [Project] = []
    for name in ["gone", "kept"] {
      let project = try fixture.project(name)
      let source = try fixture.source("/\(name)", of: project)
      try fixture.store.write { db in
        try fixture.projects.add(Generation(number: 1, shards: 2, tokenizerVersion: 1), to: project.id, in: db)
        try fixture.projects.publish(1, of: project.id, in: db)
        let new = NewJob(
          projectID: project.id, sourceID: source.id, directory: source.path, options: JobOptions(),
          requestedBy: "test")
        _ = try jobs.enqueue(new, limit: 10, in: db)
      }
      made.append(project)
    }
    try fixture.store.write { try fixture.projects.remove(made[0], in: $0) }
    for table in ["projects", "sources", "generations", "indexing_jobs", "job_events"] {
      #expect(try fixture.store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } == 1, "\(table)")
    }
    #expect(try fixture.store.read { try fixture.projects.find(name: "kept", in: $0) }?.id == made[1].id)
    #expect(try fixture.store.integrityProblems().isEmpty)
  }
}

@Suite("ProjectStore: sources")
struct SourcesTests {
  static let options = WalkOptions(
    recursive: false, include: ["*.c", "ü\n"], exclude: ["\"x\""], useIgnoreFiles: false, maximumFileSize: 7)

  @Test("A source keeps its options, which may be replaced, and its device")
  func options() throws {
    let fixture = try ProjectFixture()
    let project = try fixture.project()
    var source = try fixture.source("/src/ü \"x\"", of: project, options: Self.options)
    func stored() throws -> Source? { try fixture.store.read { try fixture.projects.source(source.id, in: $0) } }
    #expect(try stored() == source)
    #expect(source.options == Self.options && source.device == nil)
    source.options.include = []
    source.options.recursive = true
    source.device = .max
    try fixture.store.write { db in
      try fixture.projects.setOptions(source.options, of: source, in: db)
      try fixture.projects.setDevice(.max, of: source, in: db)
    }
    #expect(try stored() == source)
    #expect(try fixture.store.read { try fixture.projects.source(99, in: $0) } == nil)
  }

  struct Pair: Sendable, CustomTestStringConvertible {
    var first: String
    var second: String
    var overlap: Bool
    var testDescription: String { "\(first) and \(second)" }
  }

  @Test(
    "A source inside another of the same project is a conflict, either way round",
    arguments: [
      Pair(first: "/a", second: "/a/b", overlap: true), Pair(first: "/a", second: "/a/b/c", overlap: true),
      Pair(first: "/", second: "/a", overlap: true), Pair(first: "/a", second: "/ab", overlap: false),
      Pair(first: "/a/b", second: "/a/c", overlap: false), Pair(first: "/a", second: "/A/b", overlap: false),
      Pair(first: "/a b", second: "/a", overlap: false), Pair(first: "/a.b", second: "/a", overlap: false),
      Pair(first: "/ä", second: "/ä/b", overlap: true),
    ])
  func nested(_ pair: Pair) throws {
    for (first, second) in [(pair.first, pair.second), (pair.second, pair.first)] {
      let fixture = try ProjectFixture()
      let project = try fixture.project()
      let source = try fixture.source(first, of: project)
      let error = try failure { try fixture.source(second, of: project) }
      let sources = try fixture.store.read { try fixture.projects.sources(of: project.id, in: $0) }
      if pair.overlap {
        #expect(error?.code == .conflict)
        #expect(error?.details["source"] == String(source.id))
        #expect(error?.message.contains(first) == true && error?.message.contains(second) == true)
        #expect(sources.map(\.path) == [first])
      } else {
        #expect(error == nil)
        #expect(sources.map(\.path) == [first, second])
      }
      // Another project may have it.
      try fixture.source(second, of: try fixture.project("other"))
    }
  }

  @Test("The same directory twice in a project is refused, and is found in every project that has it")
  func same() throws {
    let fixture = try ProjectFixture()
    let (one, two) = (try fixture.project("one"), try fixture.project("two"))
    let first = try fixture.source("/a", of: one)
    let second = try fixture.source("/a", of: two)
    try fixture.source("/b", of: two)
    #expect(try failure { try fixture.source("/a", of: one) } != nil)
    #expect(try fixture.store.read { try fixture.projects.sources(at: "/a", in: $0) } == [first, second])
    #expect(try fixture.store.read { try fixture.projects.sources(at: "/c", in: $0) }.isEmpty)
    #expect(try fixture.store.read { try fixture.projects.allSources(in: $0) }.map(\.path) == ["/a", "/a", "/b"])
  }

  @Test("The id of a source that went is never given again")
  func ids() throws {
    let fixture = try ProjectFixture()
    let gone = try fixture.project("gone")
    let first = try fixture.source("/a", of: gone)
    try fixture.store.write { try fixture.projects.remove(gone, in: $0) }
    #expect(try fixture.source("/a", of: try fixture.project("next")).id > first.id)
  }
}

@Suite("ProjectStore: generations")
struct GenerationsTests {
  @Test("P6: A generation is read once it is published, and not before")
  func publish() throws {
    let fixture = try ProjectFixture()
    let project = try fixture.project()
    let other = try fixture.project("other")
    func published() throws -> Generation? {
      try fixture.store.read { try fixture.projects.published(of: project.id, in: $0) }
    }
    func next() throws -> Int {
      try fixture.store.write { try fixture.projects.nextGenerationNumber(of: project.id, in: $0) }
    }
    let generations = [
      Generation(number: 1, shards: 1, tokenizerVersion: 1), Generation(number: 2, shards: 8, tokenizerVersion: 3),
    ]
    for generation in generations {
      let before = try published()
      #expect(try next() == generation.number)
      try fixture.store.write { try fixture.projects.add(generation, to: project.id, in: $0) }
      #expect(try published() == before)
      let added = try #require(
        try fixture.store.read { try fixture.projects.generation(generation.number, of: project.id, in: $0) })
      #expect(added.shards == generation.shards && added.tokenizerVersion == generation.tokenizerVersion)
      #expect(added.publishedAt == nil && !added.isReady && added.build == nil)
      let checksums = [FileChecksum(name: "shard-0.db", size: 7, hash: "00")]
      try fixture.store.write {
        try fixture.projects.publish(generation.number, of: project.id, checksums: checksums, in: $0)
      }
      #expect(try published()?.number == generation.number && published()?.checksums == checksums)
      try fixture.store.write { try fixture.projects.forgetChecksums(of: generation.number, of: project.id, in: $0) }
      #expect(try published()?.checksums == nil)
      #expect(
        try fixture.store.read { try fixture.projects.find(id: project.id, in: $0) }?.generation == generation.number)
    }
    #expect(try fixture.store.read { try fixture.projects.published(of: other.id, in: $0) } == nil)
    #expect(try fixture.store.read { try fixture.projects.generation(1, of: other.id, in: $0) } == nil)
  }

  @Test("The same number twice is refused")
  func twice() throws {
    let fixture = try ProjectFixture()
    let project = try fixture.project()
    let generation = Generation(number: 1, shards: 1, tokenizerVersion: 1)
    try fixture.store.write { try fixture.projects.add(generation, to: project.id, in: $0) }
    #expect(
      try failure { try fixture.store.write { try fixture.projects.add(generation, to: project.id, in: $0) } } != nil)
  }

  @Test("P6: A generation that there is not cannot be published")
  func publishNothing() throws {
    let fixture = try ProjectFixture()
    let project = try fixture.project()
    #expect(try failure { try fixture.store.write { try fixture.projects.publish(7, of: project.id, in: $0) } } != nil)
    #expect(try fixture.store.read { try fixture.projects.find(id: project.id, in: $0) }?.generation == 0)
  }
}
