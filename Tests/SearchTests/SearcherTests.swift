import Foundation
import GRDB
import IndexModel
import SQLiteStore
import Testing
import Tokens

@testable import Search

@Suite struct SearcherTests {
  @Test("Searches on several threads, over shards in different order, take turns", .timeLimit(.minutes(1)))
  func manyThreads() throws {
    var corpus = Corpus()
    for index in 0..<200 { corpus.add("f\(index).c", "word number\(index) mutex") }
    let index = try IndexedCorpus(corpus, shards: 4)
    let expected = try index.paths("mutex word", limit: 50)
    let shards = index.searchers
    let query = try SearchQuery(parsing: "mutex word", tokenizer: Tokenizer())
    DispatchQueue.concurrentPerform(iterations: 8) { number in
      for _ in 0..<20 {
        do {
          let answer = try Searcher().search(
            query, in: number % 2 == 0 ? shards : shards.reversed(), limit: 50)
          #expect(answer.units.map { "\($0.path)" } == expected)
        } catch {
          Issue.record(error)
        }
      }
    }
  }

  @Test(
    "P6: a search sees a file's old unit or its new one, never neither and never both",
    .timeLimit(.minutes(1)))
  func neverHalf() throws {
    func file(_ version: Int) -> Corpus.File {
      Corpus.File(path: Array("a.c".utf8), units: [Corpus.Unit(text: "mutex version\(version)\n")])
    }
    var corpus = Corpus()
    corpus.files = [file(0)]
    let index = try IndexedCorpus(corpus)
    let shards = index.searchers
    let query = try SearchQuery(parsing: "mutex", tokenizer: Tokenizer())
    let done = DispatchSemaphore(value: 0)
    let stop = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      while stop.wait(timeout: .now()) == .timedOut {
        do {
          let units = try Searcher().search(query, in: shards, limit: 10).units
          #expect(units.count == 1 && units[0].snippet.hasPrefix("mutex version"))
        } catch {
          Issue.record(error)
        }
      }
      done.signal()
    }
    for version in 1...200 { try index.replace(file(version - 1), with: file(version)) }
    stop.signal()
    done.wait()
  }

  @Test("No shards, and shards without files, give an empty answer")
  func nothing() throws {
    let query = try SearchQuery(parsing: "mutex lock", tokenizer: Tokenizer())
    #expect(try Searcher().search(query, in: [], limit: 10) == SearchAnswer(units: [], hasMore: false))
    let index = try IndexedCorpus(Corpus(), shards: 2)
    #expect(try index.search("mutex lock").units.isEmpty)
    #expect(try index.search("path:*").units.isEmpty)
  }

  @Test("The rank function refuses what is not from this program")
  func foreignCall() throws {
    var corpus = Corpus()
    corpus.add("a.c", "mutex")
    let index = try IndexedCorpus(corpus)
    _ = try index.search("mutex")
    #expect(throws: (any Error).self) {
      try index.searchers[0].store.read {
        try Row.fetchAll(
          $0, sql: "SELECT csupport_rank(postings, 1) FROM postings WHERE postings MATCH 'mutex'")
      }
    }
  }

  @Test("A text that is damaged is said to be")
  func damaged() throws {
    var corpus = Corpus()
    corpus.add("a.c", "mutex")
    let index = try IndexedCorpus(corpus)
    try index.stores[0].write { try $0.execute(sql: "UPDATE unit_texts SET text = x'00'") }
    let error = #expect(throws: IndexerError.self) { try index.search("mutex") }
    #expect(error?.code == .damaged)
  }
}
