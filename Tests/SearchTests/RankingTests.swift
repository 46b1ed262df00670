import Foundation
import IndexModel
import SQLiteStore
import Testing
import Tokens

@testable import Search

@Suite struct RankingTests {
  private static let vocabulary = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
  ]

  private func randomCorpus(_ random: inout Seeded) -> Corpus {
    func word() -> String {
      // Low numbers are common.
      let bound = Int.random(in: 1...Self.vocabulary.count, using: &random)
      return Self.vocabulary[Int.random(in: 0..<bound, using: &random)]
    }
    var corpus = Corpus()
    for index in 0..<60 {
      let units = (0..<Int.random(in: 1...3, using: &random)).map { unit in
        let words = (0..<Int.random(in: 1...40, using: &random)).map { _ in word() }
        return Corpus.Unit(
          firstLine: 1 + 100 * unit, title: Bool.random(using: &random) ? word() : nil,
          text: words.joined(separator: Bool.random(using: &random) ? " " : "\n"))
      }
      corpus.files.append(
        Corpus.File(path: Array("\(word())/\(word())\(index % 7)/f\(index).c".utf8), units: units))
    }
    return corpus
  }

  /// BM25 as a textbook has it, over all units.
  private struct Reference {
    var rows: [(key: String, columns: [[[UInt8]]])]

    init(_ corpus: Corpus, _ tokenizer: Tokenizer) {
      rows = corpus.files.flatMap { file in
        file.units.map { unit in
          (
            "\(String(decoding: file.path, as: UTF8.self)):\(unit.firstLine)",
            [file.path, Array((unit.title ?? "").utf8), Array((unit.text ?? "").utf8)].map(tokenizer.tokens)
          )
        }
      }
    }

    func frequency(_ phrase: [[UInt8]], _ columns: [[[UInt8]]]) -> Double {
      zip(columns, [3.0, 2.0, 1.0]).reduce(0) { sum, column in
        let starts = column.0.indices.count { column.0[$0] == phrase[0] && column.0[$0...].starts(with: phrase) }
        return sum + column.1 * Double(starts)
      }
    }

    func scores(_ phrases: [[[UInt8]]], all: Bool) -> [String: Double] {
      let lengths = rows.map { $0.columns.reduce(0) { $0 + $1.count } }
      let average = Double(lengths.reduce(0, +)) / Double(rows.count)
      let weights = phrases.map { phrase in
        let matching = Double(rows.count { frequency(phrase, $0.columns) > 0 })
        return log(1 + (Double(rows.count) - matching + 0.5) / (matching + 0.5))
      }
      var scores: [String: Double] = [:]
      for (row, length) in zip(rows, lengths) {
        let frequencies = phrases.map { frequency($0, row.columns) }
        guard all ? frequencies.allSatisfy({ $0 > 0 }) : frequencies.contains(where: { $0 > 0 }) else {
          continue
        }
        let damping = 1.2 * (1 - 0.75 + 0.75 * Double(length) / average)
        scores[row.key] = zip(weights, frequencies).reduce(0) { sum, term in
          sum + term.0 * term.1 * 2.2 / (term.1 + damping)
        }
      }
      return scores
    }
  }

  @Test("Scores are those of BM25", arguments: 1...6)
  func equalsReference(_ seed: Int) throws {
    var random = Seeded(UInt64(seed))
    let corpus = randomCorpus(&random)
    let tokenizer = Tokenizer()
    let reference = Reference(corpus, tokenizer)
    let index = try IndexedCorpus(corpus, shards: 3)
    for _ in 0..<30 {
      let words = Array(
        Set(
          (0..<Int.random(in: 1...3, using: &random)).map { _ in
            Self.vocabulary.randomElement(using: &random)!
          }))
      let isPhrase = Bool.random(using: &random)
      let all = Bool.random(using: &random)
      let text =
        isPhrase ? "\"\(words.joined(separator: " "))\"" : words.joined(separator: all ? " AND " : " OR ")
      let tokens = words.map { tokenizer.tokens(of: Array($0.utf8)) }
      let expected = reference.scores(isPhrase ? [tokens.flatMap { $0 }] : tokens, all: all)
      let answer = try index.search(text, limit: 1000)
      try #require(answer.units.count == expected.count, "\(text)")
      let found = Dictionary(
        uniqueKeysWithValues: answer.units.map { ("\($0.path):\($0.firstLine / 100 * 100 + 1)", $0.score) })
      for (key, score) in expected { #expect(abs(found[key, default: -1] - score) < 1e-9, "\(text) \(key)") }
      #expect(zip(answer.units, answer.units.dropFirst()).allSatisfy { $0.score >= $1.score })
    }
  }

  @Test("Answers do not depend on the number of shards", arguments: 1...4)
  func sameForAnyNumberOfShards(_ seed: Int) throws {
    var random = Seeded(UInt64(100 + seed))
    let corpus = randomCorpus(&random)
    let indexes = try [1, 2, 4].map { try IndexedCorpus(corpus, shards: $0) }
    let queries = [
      "alpha", "alpha beta", "kappa lambda mu theta", "\"beta alpha\"", "(gamma OR mu) NOT alpha",
      "alp* zeta",
      "path:*/beta*/*", "iota path:alpha", "mu mu lambda",
    ]
    for query in queries {
      let answers = try indexes.map { index in
        try index.search(query, limit: 25).units.map {
          "\($0.path):\($0.firstLine):\($0.score.bitPattern):\($0.hasAllWords):\($0.snippet)"
        }
      }
      #expect(!answers[0].isEmpty, "\(query)")
      #expect(answers[1] == answers[0], "\(query)")
      #expect(answers[2] == answers[0], "\(query)")
    }
  }

  @Test("Equal scores go by path, then line")
  func ties() throws {
    var corpus = Corpus()
    for name in ["b", "a", "d", "c"] {
      corpus.files.append(
        Corpus.File(
          path: Array("\(name).c".utf8),
          units: [
            Corpus.Unit(firstLine: 1, text: "same text\n"), Corpus.Unit(firstLine: 5, text: "same text\n"),
          ]))
    }
    let index = try IndexedCorpus(corpus, shards: 2)
    #expect(
      try index.found("same", limit: 5) == ["a.c:1", "a.c:5", "b.c:1", "b.c:5", "c.c:1"])
  }

  @Test("A word in the path or the title counts more than in the text")
  func columns() throws {
    var corpus = Corpus()
    corpus.add("x/body.c", "scheduler one two")
    corpus.add("x/none.c", title: "scheduler", "nothing one two")
    corpus.add("x/scheduler.c", "nothing one two")
    let index = try IndexedCorpus(corpus)
    #expect(try index.paths("scheduler") == ["x/scheduler.c", "x/none.c", "x/body.c"])
  }

  @Test("Lengths that are looked up and lengths that are kept give the same scores")
  func lengths() throws {
    var random = Seeded(9)
    let index = try IndexedCorpus(randomCorpus(&random))
    let lookedUp = try index.search("alpha", limit: 100)
    try index.stores[0].read { try index.searchers[0].lengths.refresh($0) }
    #expect(index.searchers[0].lengths.values.count > 50)
    #expect(try index.search("alpha", limit: 100) == lookedUp)
  }

  @Test("What is added and removed later counts at the next search")
  func changes() throws {
    var corpus = Corpus()
    corpus.add("a.c", "alpha beta")
    corpus.add("b.c", "beta gamma")
    let index = try IndexedCorpus(corpus)
    #expect(try index.paths("alpha") == ["a.c"])
    try index.stores[0].read { try index.searchers[0].lengths.refresh($0) }
    let added = Corpus.File(path: Array("c.c".utf8), units: [Corpus.Unit(text: "alpha delta epsilon")])
    try index.add([added])
    #expect(try index.paths("alpha") == ["a.c", "c.c"])
    try index.remove(corpus.files[0])
    var expected = Corpus()
    expected.files = [corpus.files[1], added]
    let fresh = try IndexedCorpus(expected)
    for query in ["alpha", "beta", "delta", "alpha OR gamma"] {
      let (now, then) = (try index.search(query).units, try fresh.search(query).units)
      #expect(now.map(\.path) == then.map(\.path), "\(query)")
      #expect(now.map(\.score) == then.map(\.score), "\(query)")
    }
  }
}
