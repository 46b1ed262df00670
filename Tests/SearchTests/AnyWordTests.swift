import Testing
import Tokens

@testable import Search

@Suite struct AnyWordTests {
  private func index(shards: Int = 1) throws -> IndexedCorpus {
    var corpus = Corpus()
    corpus.add("both1.c", "mutex semaphore " + String(repeating: "filler ", count: 300))
    corpus.add("both2.c", "semaphore then mutex " + String(repeating: "filler ", count: 200))
    for index in 0..<6 { corpus.add("mutex\(index).txt", "mutex") }
    for index in 0..<3 { corpus.add("sem\(index).txt", "semaphore") }
    corpus.add("other.c", "nothing of that kind")
    return try IndexedCorpus(corpus, shards: shards)
  }

  @Test(
    "Units with all words come first, then those with any, none twice, by falling score", arguments: [1, 3])
  func order(_ shards: Int) throws {
    let units = try index(shards: shards).search("semaphore mutex", limit: 100).units
    #expect(units.map { "\($0.path)" }.prefix(2) == ["both2.c", "both1.c"])
    #expect(units.map(\.hasAllWords) == [true, true] + Array(repeating: false, count: 9))
    #expect(Set(units.map(\.path)).count == 11)
    #expect(zip(units, units.dropFirst()).allSatisfy { $0.score >= $1.score })
  }

  @Test("Words that are nowhere do not spoil the answer")
  func unknownWord() throws {
    #expect(
      try index().paths("semaphore zzzunknown") == ["sem0.txt", "sem1.txt", "sem2.txt", "both2.c", "both1.c"])
    #expect(try index().paths("zzzunknown yyyunknown").isEmpty)
  }

  @Test("With operators, an answer stays exact")
  func operators() throws {
    #expect(try index().paths("semaphore AND mutex") == ["both2.c", "both1.c"])
  }

  @Test("What is excluded stays out")
  func excluded() throws {
    let paths = try index().paths("semaphore mutex NOT filler", limit: 100)
    #expect(paths.count == 9)
    #expect(!paths.contains("both1.c"))
  }

  @Test("Pages put together are the whole answer", arguments: [1, 2, 3, 5])
  func paging(_ size: Int) throws {
    let index = try index(shards: 2)
    let whole = try index.search("semaphore mutex", limit: 100)
    #expect(!whole.hasMore)
    var units: [RankedUnit] = []
    while true {
      let page = try index.search("semaphore mutex", limit: size, offset: units.count)
      units += page.units
      #expect(page.hasMore == (units.count < whole.units.count))
      guard page.hasMore else { break }
    }
    #expect(units == whole.units)
    #expect(try index.search("semaphore mutex", limit: size, offset: 11).units.isEmpty)
  }

  @Test("The rarest words are taken first, within the bound; the rarest always; words that are nowhere never")
  func chosenWords() {
    func word(_ text: String) -> QueryWord { QueryWord(spellings: [Spelling(tokens: [Array(text.utf8)])]) }
    func chosen(_ counts: [(String, Int64)]) -> [QueryWord] {
      var statistics = CollectionStatistics(units: 200_000, tokens: 1)
      for (text, count) in counts { statistics.occurrences[word(text)] = count }
      return statistics.wordsForAny(of: counts.map { word($0.0) })
    }
    let bound = CollectionStatistics.maximumAnyWordMatches
    #expect(chosen([("the", 100_000), ("rare", 5), ("more", bound - 5)]) == [word("rare"), word("more")])
    #expect(chosen([("the", 100_000), ("rare", 5), ("more", bound - 4)]) == [word("rare")])
    #expect(chosen([("the", 100_000), ("of", 100_001)]) == [word("the")])
    #expect(chosen([("b", 7), ("a", 7), ("none", 0)]) == [word("b"), word("a")])
    #expect(chosen([("none", 0)]).isEmpty)
  }
}
