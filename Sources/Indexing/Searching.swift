internal import Catalog
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
  /// - Throws: ``IndexerError``: `invalid_query`, `not_found` for an unknown project, `busy`, `damaged`.
  package func search(_ request: SearchRequest) throws -> SearchResponse {
    let began = ContinuousClock.now
    let query = try SearchQuery(parsing: request.query, tokenizer: Tokenizer())
    let scope = try scope(of: request)
    let answer = try Searcher().search(
      query, in: scope.shards.map(\.searcher),
      filter: SearchFilter(pathGlob: request.path, kind: request.kind, roots: scope.roots), limit: request.limit,
      offset: request.offset)
    let hits = answer.units.map { unit in
      let shard = scope.shards[unit.shard]
      return SearchHit(unit, root: scope.roots[unit.source] ?? "", project: shard.project, generation: shard.generation)
    }
    let took = began.duration(to: .now)
    return SearchResponse(
      query: request.query, projects: scope.projects, tookMs: took / .milliseconds(1),
      pendingFiles: scope.pendingFiles, hits: hits, next: answer.hasMore ? request.offset + hits.count : nil)
  }

  private struct Scope {
    var projects: [String] = []
    var shards: [(searcher: ShardSearcher, project: String, generation: Int)] = []
    var roots: [Int64: String] = [:]
    var pendingFiles = 0
  }

  private func scope(of request: SearchRequest) throws -> Scope {
    let (scope, generations) = try queue.store.read { db in
      var scope = Scope()
      var generations: [(Project, Generation)] = []
      let projects =
        try request.projects.isEmpty
        ? queue.projects.list(in: db) : request.projects.map { try queue.projects.require(name: $0, in: db) }
      for project in projects {
        scope.projects.append(project.name)
        for source in try queue.projects.sources(of: project.id, in: db) { scope.roots[source.id] = source.path }
        scope.pendingFiles += try queue.jobs.pendingFiles(of: project.id, in: db)
        if let generation = try queue.projects.published(of: project.id, in: db) {
          generations.append((project, generation))
        }
      }
      return (scope, generations)
    }
    var whole = scope
    for (project, generation) in generations {
      let location = queue.location(generation, of: project.id)
      for searcher in try searchers.searchers(location) {
        whole.shards.append((searcher, project.name, generation.number))
      }
    }
    return whole
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
      bestLine: unit.bestLine, snippet: unit.snippet,
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
