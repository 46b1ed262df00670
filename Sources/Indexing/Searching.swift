internal import Catalog
internal import Extraction
internal import Foundation
package import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore
internal import Search
internal import Synchronization
internal import Tokens

extension IndexingService {
  /// Answers from what is indexed so far.
  ///
  /// A project whose index is damaged or away keeps no other from answering, unless it was asked for by name.
  ///
  /// - Throws: ``IndexerError``: `invalid_query`, `not_found` for an unknown project, `busy`, `damaged`.
  package func search(_ request: SearchRequest) throws -> SearchResponse {
    let began = ContinuousClock.now
    let query = try SearchQuery(parsing: request.query, tokenizer: Tokenizer())
    var scope = try scope(of: request)
    let answer: SearchAnswer
    do {
      answer = try ask(query, request, scope.shards, scope.roots)
    } catch let error as IndexerError where error.code == .damaged && scope.isOfManyProjects && request.projects.isEmpty
    {
      scope.leaveOutDamaged { [roots = scope.roots] in try ask(query, request, $0, roots) }
      answer = try ask(query, request, scope.shards, scope.roots)
    }
    let hits = answer.units.map { unit in
      let shard = scope.shards[unit.shard]
      return SearchHit(unit, root: scope.roots[unit.source] ?? "", project: shard.project, generation: shard.generation)
    }
    let took = began.duration(to: .now)
    return SearchResponse(
      query: request.query, projects: scope.projects, tookMs: took / .milliseconds(1),
      pendingFiles: scope.pendingFiles, unlistedJobs: scope.unlistedJobs, unavailable: scope.unavailable, hits: hits,
      next: answer.hasMore ? request.offset + hits.count : nil)
  }

  /// The kinds of files that a search can be narrowed to, sorted.
  package static var kinds: [String] { FileKind.words }

  private func ask(
    _ query: SearchQuery, _ request: SearchRequest, _ shards: [SearchScope.Shard], _ roots: [Int64: String]
  ) throws -> SearchAnswer {
    try Searcher().search(
      query, in: shards.map(\.searcher),
      filter: SearchFilter(pathGlob: request.path, kind: request.kind, roots: roots), limit: request.limit,
      offset: request.offset)
  }

  private func scope(of request: SearchRequest) throws -> SearchScope {
    var (scope, generations) = try queue.store.read { db in
      var scope = SearchScope()
      var generations: [(Project, Generation)] = []
      let projects =
        try request.projects.isEmpty
        ? queue.projects.list(in: db) : request.projects.map { try queue.projects.require(name: $0, in: db) }
      for project in projects {
        scope.projects.append(project.name)
        for source in try queue.projects.sources(of: project.id, in: db) { scope.roots[source.id] = source.path }
        let outstanding = try queue.jobs.outstanding(of: project.id, in: db)
        scope.pendingFiles += outstanding.files
        scope.unlistedJobs += outstanding.unlistedJobs
        if let generation = try queue.projects.published(of: project.id, in: db) {
          generations.append((project, generation))
        }
      }
      return (scope, generations)
    }
    for (project, generation) in generations {
      do {
        for searcher in try searchers.searchers(queue.location(generation, of: project.id)) {
          scope.shards.append(.init(searcher: searcher, project: project.name, generation: generation.number))
        }
      } catch let error as IndexerError where request.projects.isEmpty && error.code != .busy {
        scope.unavailable.append(UnavailableProject(project: project.name, message: error.message))
        if scope.unavailable.count == generations.count { throw error }
      }
    }
    return scope
  }
}

/// What one search asks.
private struct SearchScope {
  struct Shard {
    var searcher: ShardSearcher
    var project: String
    var generation: Int
  }

  var projects: [String] = []
  var shards: [Shard] = []
  var roots: [Int64: String] = [:]
  var pendingFiles = 0
  var unlistedJobs = 0
  var unavailable: [UnavailableProject] = []

  var isOfManyProjects: Bool { Set(shards.map(\.project)).count > 1 }

  /// Takes out the projects that, asked alone, give `damaged`.
  mutating func leaveOutDamaged(asking ask: ([Shard]) throws -> SearchAnswer) {
    for (project, shards) in Dictionary(grouping: shards, by: \.project) {
      do {
        _ = try ask(shards)
      } catch {
        guard let error = error as? IndexerError, error.code == .damaged else { continue }
        unavailable.append(UnavailableProject(project: project, message: error.message))
      }
    }
    let damaged = Set(unavailable.map(\.project))
    shards.removeAll { damaged.contains($0.project) }
  }
}

/// Open shards, kept from search to search: the connections, and the unit lengths in memory.
final class SearcherCache: Sendable {
  private let open = Mutex<[String: (generation: Int, searchers: [ShardSearcher])]>([:])

  /// The shards of a generation; those of an earlier one of the same project are let go.
  func searchers(_ location: ShardLocation) throws -> [ShardSearcher] {
    try open.withLock { open in
      if let known = open[location.projectID], known.generation == location.generation.number {
        return known.searchers
      }
      let made = try (0..<location.generation.shards).map {
        ShardSearcher(store: try ShardReader(location, number: $0).store)
      }
      open[location.projectID] = (location.generation.number, made)
      return made
    }
  }
}

extension SearchHit {
  init(_ unit: RankedUnit, root: String, project: String, generation: Int) {
    self.init(
      path: "\(root)/\(unit.path)", project: project, source: String(unit.source), unit: unit.unit,
      score: unit.score, title: unit.title, kind: unit.kind, firstLine: unit.firstLine, lastLine: unit.lastLine,
      bestLine: unit.bestLine, snippet: unit.snippet, allWords: unit.hasAllWords,
      stale: Fingerprint(of: unit.path, below: root) != unit.fingerprint, generation: generation)
  }
}

extension Fingerprint {
  /// Of the file as it is now; nil when it is gone.
  init?(of path: RelativePath, below root: String) {
    var status = stat()
    let bytes = Array(root.utf8) + [UInt8(ascii: "/")] + path.bytes + [0]
    guard bytes.withUnsafeBytes({ lstat($0.baseAddress!.assumingMemoryBound(to: CChar.self), &status) }) == 0 else {
      return nil
    }
    self.init(
      size: Int64(status.st_size),
      modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
      changed: Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec),
      inode: UInt64(status.st_ino))
  }
}
