import Foundation
import IndexModel
import Search
import Testing

@Suite struct QueryFuzzTests {
  private static let pieces = [
    "AND", "OR", "NOT", "NEAR", "(", ")", "\"", "'", "*", "-", ":", "^", "+", "{", "}", "path:", "path:*.c",
    "title:",
    "body : ", "lock", "spin", "ab*", "locki*", "getUserName", "x86_64", "été", "東京", "😀", "\u{0}", "\\", "%",
    ";",
    "--", "/*", "\u{202E}", "\u{FEFF}", "ﬁ", "i̇", "[", "]", "path:[a-", "path:'", "“", "”", "\u{3000}", "\n",
    " ", " ",
  ]

  @Test("Whatever is typed gives an answer or invalid_query", arguments: 0..<4)
  func neverAnSQLError(_ seed: Int) throws {
    var random = Seeded(UInt64(seed))
    var corpus = Corpus()
    for index in 0..<20 {
      corpus.add(
        "src/lock\(index).c",
        "spin lock and or not near ab x86_64 getUserName été 東京 path title body \(index)")
    }
    let index = try IndexedCorpus(corpus, shards: 2)
    var answers = 0
    for round in 0..<1500 {
      let text = round % 3 == 0 ? bytes(&random) : words(&random)
      do {
        answers += try index.search(text).units.isEmpty ? 0 : 1
      } catch let error as IndexerError {
        #expect(error.code == .invalidQuery, "\(text.debugDescription): \(error.message)")
      }
    }
    #expect(answers > 100)
  }

  @Test("The largest queries are answered")
  func large() throws {
    var corpus = Corpus()
    corpus.add("a.c", (0..<64).map { "w\($0)" }.joined(separator: " "))
    let index = try IndexedCorpus(corpus)
    let words = (0..<64).map { "w\($0)" }
    #expect(try index.paths(words.joined(separator: " ")) == ["a.c"])
    #expect(try index.paths(words.joined(separator: " OR ")) == ["a.c"])
    #expect(try index.paths(words.joined(separator: "_")) == ["a.c"])
    #expect(
      try index.paths("w0 NOT (" + words.map { "\($0)x" }.prefix(63).joined(separator: " OR ") + ")") == [
        "a.c"
      ])
    let nested = (0..<8).reduce("w0") { "(\($0) OR w\($1 + 1)) w\($1 + 20) NOT nowhere" }
    #expect(try index.paths(nested) == ["a.c"])
  }

  private func words(_ random: inout Seeded) -> String {
    (0..<Int.random(in: 0...14, using: &random)).map { _ in
      Self.pieces.randomElement(using: &random)! + (Bool.random(using: &random) ? " " : "")
    }.joined()
  }

  private func bytes(_ random: inout Seeded) -> String {
    let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
