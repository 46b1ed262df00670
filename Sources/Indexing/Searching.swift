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
  /// A shard that is damaged or away keeps no other from answering: its project is named in the answer.
  ///
  /// - Throws: ``IndexerError``: `invalid_query`, `not_found` for an unknown project, `busy`, `damaged`.
  package func search(_ request: SearchRequest) throws -> SearchResponse {
    // A generation may be replaced, and its files removed, between the look which it is and the first read.
    var looks = 0
    while true {
      do {
        return try answer(request, isLastLook: looks == Self.maximumLooks)
      } catch let error as IndexerError where error.details["generation"] != nil && looks < Self.maximumLooks {
        looks += 1
      }
    }
  }

  private static let maximumLooks = 10

  /// - Parameter isLastLook: a generation whose files are not there is not about to be replaced: it is lost.
  private func answer(_ request: SearchRequest, isLastLook: Bool) throws -> SearchResponse {
    let began = ContinuousClock.now
    let query = try SearchQuery(parsing: request.query, tokenizer: Tokenizer())
    var scope = try scope(of: request, namesPaths: request.path != nil || query.hasGlobs, isLastLook: isLastLook)
    let answer: SearchAnswer
    do {
      answer = try ask(query, request, scope.shards, scope.filter)
    } catch let error as IndexerError where ShardCheck.isDamage(error) && scope.shards.count > 1 {
      scope.leaveOutDamaged { [filter = scope.filter] in try ask(query, request, [$0], filter) }
      guard !scope.shards.isEmpty else { throw error }
      answer = try ask(query, request, scope.shards, scope.filter)
    }
    let sources = try queue.store.read { db in
      try Dictionary(
        uniqueKeysWithValues: Set(answer.units.map(\.source)).map { ($0, try queue.projects.source($0, in: db)) })
    }
    let hits = answer.units.map { unit in
      let (shard, source) = (scope.shards[unit.shard], sources[unit.source] ?? nil)
      return SearchHit(
        unit, root: source?.root ?? "", isStale: isStale(unit, source), project: shard.project,
        generation: shard.generation)
    }
    let took = began.duration(to: .now)
    return SearchResponse(
      query: request.query, projects: scope.projects, tookMs: took / .milliseconds(1),
      pendingFiles: scope.pendingFiles, unlistedJobs: scope.unlistedJobs, unavailable: scope.unavailable, hits: hits,
      next: answer.hasMore ? request.offset + hits.count : nil)
  }

  /// The kinds of files that a search can be narrowed to, sorted.
  package static var kinds: [String] { Set(FileKind.words + Extractors.documentKinds).sorted() }

  private func ask(
    _ query: SearchQuery, _ request: SearchRequest, _ shards: [SearchScope.Shard], _ filter: SearchFilter
  ) throws -> SearchAnswer {
    try Searcher().search(
      query, in: shards.map(\.searcher), filter: filter, limit: request.limit, offset: request.offset)
  }

  /// Whether the file has changed, or is gone, since it was indexed.
  private func isStale(_ unit: RankedUnit, _ source: Source?) -> Bool {
    guard let source else { return true }
    let now =
      if let version = source.version {
        Fingerprint(of: RelativePath(String(version)), below: StoredUploads(of: source, in: queue.directory).path)
      } else {
        Fingerprint(of: unit.path, below: source.path)
      }
    return now != unit.fingerprint
  }

  /// - Parameter namesPaths: paths are asked for, which may be absolute: the sources' roots are needed.
  private func scope(of request: SearchRequest, namesPaths: Bool, isLastLook: Bool) throws -> SearchScope {
    var (scope, generations) = try queue.store.read { db in
      var scope = SearchScope(filter: SearchFilter(pathGlob: request.path, kind: request.kind))
      var holdsRemoved = false
      var sources: [Source] = []
      var generations: [(Project, Generation)] = []
      let projects =
        try request.projects.isEmpty
        ? queue.projects.list(in: db) : request.projects.map { try queue.projects.require(name: $0, in: db) }
      for project in projects {
        scope.projects.append(project.name)
        let outstanding = try queue.jobs.outstanding(of: project.id, in: db)
        scope.pendingFiles += outstanding.files
        scope.unlistedJobs += outstanding.unlistedJobs
        if let generation = try queue.projects.published(of: project.id, in: db) {
          generations.append((project, generation))
          if try queue.projects.mayHoldRemoved(generation.number, of: project.id, in: db) { holdsRemoved = true }
        }
      }
      // There may be thousands of them: asked for only where they are needed.
      if namesPaths || holdsRemoved { sources = try projects.flatMap { try queue.projects.sources(of: $0.id, in: db) } }
      if namesPaths {
        scope.filter.roots = Dictionary(uniqueKeysWithValues: sources.map { ($0.id, $0.root) })
      }
      if holdsRemoved { scope.filter.sources = Set(sources.map(\.id)) }
      return (scope, generations)
    }
    var trouble: IndexerError?
    for (project, generation) in generations {
      let location = queue.location(generation, of: project.id)
      for number in 0..<generation.shards {
        do {
          let searcher = try searchers.searcher(location, shard: number)
          scope.shards.append(.init(searcher: searcher, project: project.name, generation: generation.number))
        } catch let error as IndexerError
          where error.code != .busy || isLastLook && error.details["generation"] != nil
        {
          scope.unavailable.append(UnavailableProject(project: project.name, message: error.message))
          trouble = error
        }
      }
    }
    if let trouble, scope.shards.isEmpty { throw trouble }
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
  var filter: SearchFilter
  var pendingFiles = 0
  var unlistedJobs = 0
  var unavailable: [UnavailableProject] = []

  /// Takes out the shards that, asked alone, give `damaged`.
  mutating func leaveOutDamaged(asking ask: (Shard) throws -> SearchAnswer) {
    shards.removeAll { shard in
      do {
        _ = try ask(shard)
      } catch let error as IndexerError where ShardCheck.isDamage(error) {
        unavailable.append(UnavailableProject(project: shard.project, message: error.message))
        return true
      } catch {
        // Whatever else goes wrong, the search of what is left says.
      }
      return false
    }
  }
}

/// Open shards, kept from search to search: the connections, and the unit lengths in memory.
final class SearcherCache: Sendable {
  private struct Generation {
    var number: Int
    /// Held for as long as the connections are open.
    var lock: GenerationLock
    var searchers: [Int: ShardSearcher] = [:]
  }

  private let open = Mutex<[String: Generation]>([:])

  /// One shard of a generation; those of an earlier generation of the same project are let go.
  func searcher(_ location: ShardLocation, shard: Int) throws -> ShardSearcher {
    try open.withLock { open in
      let number = location.generation.number
      if open[location.projectID]?.number != number { open[location.projectID] = nil }
      var known =
        try open[location.projectID] ?? Generation(number: number, lock: GenerationLock.forReading(location))
      let searcher = try known.searchers[shard] ?? ShardSearcher(store: try ShardReader(location, number: shard).store)
      known.searchers[shard] = searcher
      open[location.projectID] = known
      return searcher
    }
  }
}

extension SearchHit {
  init(_ unit: RankedUnit, root: String, isStale: Bool, project: String, generation: Int) {
    self.init(
      path: "\(root)/\(unit.path)", project: project, source: String(unit.source), unit: unit.unit,
      score: unit.score, title: unit.title, kind: unit.kind, firstLine: unit.firstLine, lastLine: unit.lastLine,
      bestLine: unit.bestLine, page: unit.page, sheet: unit.sheet,
      rows: unit.rows.map { "\($0.lowerBound)-\($0.upperBound)" }, bestRow: unit.bestRow, snippet: unit.snippet,
      context: unit.context, allWords: unit.hasAllWords,
      stale: isStale, generation: generation)
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
