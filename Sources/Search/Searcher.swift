package import IndexModel

/// Asks shards side by side and merges their answers.
///
/// Units are scored by BM25, with the document frequencies and the average length of all the shards together, so
/// that the answer is the same however many shards there are.
package struct Searcher: Sendable {
  package init() {}

  /// Blocks, and works on threads of its own: not to be called on the cooperative pool.
  ///
  /// Units with all the words come first, by score; when they do not fill the page, and the query has no operators,
  /// those with any of the words follow (``SearchQuery``). Their scores are scaled down where need be, so that they
  /// stay below.
  ///
  /// - Parameters:
  ///   - shards: each at most once. Several searches may share them; they take turns.
  ///   - limit: how many units at most, 1 to 1,000; `offset`: how many of the best to leave out, up to 100,000.
  ///     Numbers beyond are brought to these bounds.
  /// - Throws: ``IndexerError``: `invalid_query` for a glob that is too long; `busy`, `damaged`, `io_error`.
  package func search(
    _ query: SearchQuery, in shards: [ShardSearcher], filter: SearchFilter = SearchFilter(), limit: Int,
    offset: Int = 0
  ) throws(IndexerError) -> SearchAnswer {
    let page = Page(
      offset: min(max(offset, 0), 100_000), limit: min(max(limit, 1), 1000))
    let files = try FileFilter(filter, query)
    do {
      return try ShardMoment.with(shards) { moments in
        try OneSearch(query: query, files: files, page: page, moments: moments).answer()
      }
    } catch let error as IndexerError {
      throw error
    } catch {
      throw IndexerError(
        .internalError, "a search failed unexpectedly (\(type(of: error))); please report it")
    }
  }
}

/// Which part of all that was found is asked for.
struct Page {
  var offset: Int
  var limit: Int

  /// How many of the best must be known, one more than shown: it tells whether there is a next page.
  var needed: Int { offset + limit + 1 }
}

/// One search, in one moment of each shard.
private struct OneSearch {
  let query: SearchQuery
  let files: FileFilter
  let page: Page
  let moments: [ShardMoment]

  func answer() throws -> SearchAnswer {
    guard let tree = query.tree else {
      let found = try SideBySide.map(moments) { try $0.firstUnits(filter: files, best: page.needed) }
      return try shown(Candidate.best(found.flatMap { $0 }, page.needed), allWords: .max, [:])
    }
    let words = query.words
    let parts = try SideBySide.map(moments) { try $0.statistics(of: words) }
    let collection = parts.reduce(CollectionStatistics(), +)
    let weights = Dictionary(uniqueKeysWithValues: words.map { ($0, collection.weight(of: $0)) })

    let whole = try matches(tree, collection, parts, leavingOut: [])
    guard whole.count < page.needed, query.mayTakeAnyWord, words.count > 1 else {
      return try shown(whole, allWords: .max, weights)
    }
    guard let any = anyWord(collection.wordsForAny(of: words)) else {
      return try shown(whole, allWords: .max, weights)
    }
    let partial = try matches(any, collection, parts, leavingOut: whole)
    return try shown(whole + Self.scaled(partial, below: whole.last?.score), allWords: whole.count, weights)
  }

  /// The words, any of them, without what the query excludes.
  private func anyWord(_ words: [QueryWord]) -> QueryTree? {
    guard let tree = QueryTree.any(of: words.map(QueryTree.word)) else { return nil }
    guard case .excluding(_, let excluded) = query.tree else { return tree }
    return .excluding(tree, excluded)
  }

  private func matches(
    _ tree: QueryTree, _ collection: CollectionStatistics, _ parts: [CollectionStatistics],
    leavingOut known: [Candidate]
  ) throws -> [Candidate] {
    let knownHere = Dictionary(grouping: known, by: \.shard)
    let found = try SideBySide.map(moments) { moment in
      let matching = Matching(tree, collection, here: parts[moment.shard])
      let units = Set((knownHere[moment.shard] ?? []).map(\.unit))
      return try moment.matches(matching, filter: files, leavingOut: units, best: page.needed)
    }
    return Candidate.best(found.flatMap { $0 }, page.needed)
  }

  /// All of the first are known when there are any of these, so the factor is the same on every page.
  private static func scaled(_ candidates: [Candidate], below bound: Double?) -> [Candidate] {
    guard let bound, let highest = candidates.first?.score, highest > bound else { return candidates }
    return candidates.map { candidate in
      var candidate = candidate
      candidate.score *= bound / highest
      return candidate
    }
  }

  /// - Parameter allWords: how many of the candidates have all words.
  private func shown(
    _ candidates: [Candidate], allWords: Int, _ weights: [QueryWord: Double]
  ) throws -> SearchAnswer {
    let places = Array(candidates.enumerated().dropFirst(page.offset).prefix(page.limit))
    let wanted = Dictionary(grouping: places, by: \.element.shard)
    let words = SnippetWords(weights)
    let read = try SideBySide.map(moments.filter { wanted[$0.shard] != nil }) { moment in
      let here = wanted[moment.shard] ?? []
      let units = try SnippetMaker.borrowing(words) { try moment.units(here.map(\.element), $0) }
      return zip(here.map(\.offset), units).map { (place: $0, unit: $1) }
    }
    let units = read.flatMap { $0 }.sorted { $0.place < $1.place }.map { place, unit in
      var unit = unit
      unit.hasAllWords = place < allWords
      return unit
    }
    return SearchAnswer(units: units, hasMore: candidates.count > page.offset + page.limit)
  }
}
