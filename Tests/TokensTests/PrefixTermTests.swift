import Testing

@testable import Tokens

@Suite("PrefixTerm")
struct PrefixTermTests {
  private let tokenizer = Tokenizer()

  private func prefix(_ text: String) -> PrefixTerm? { tokenizer.normalisedPrefix(of: Array(text.utf8)) }

  @Test(
    "a prefix is folded, not stemmed",
    arguments: [
      ("running", "running"), ("Généra", "genera"), ("utf", "utf"), ("SHA25", "sha25"), ("getUs", "us"),
      ("東京", "東京"),
      ("東", "東"), ("東京都", "京都"), (String(repeating: "q", count: 70), String(repeating: "q", count: 64)),
    ])
  func folded(text: String, expected: String) throws {
    #expect(try #require(prefix(text)).prefix == Array(expected.utf8))
  }

  @Test("tokens before the last one are whole")
  func leading() throws {
    let term = try #require(prefix("get_usersNam"))
    #expect(term.leading == [Array("get".utf8), Array("user".utf8)])
    #expect(term.prefix == Array("nam".utf8))
  }

  @Test(
    "every way to go on writing a word finds its stem",
    arguments: [
      "generation", "running", "happiness", "initialization", "university", "allocated", "management",
    ])
  func completions(word: String) throws {
    let stem = try #require(tokenizer.tokens(of: Array(word.utf8)).first)
    for count in 3...word.utf8.count {
      let term = try #require(prefix(String(word.prefix(count))))
      #expect(stem.starts(with: term.prefix) || term.stems.contains(stem), "\(word.prefix(count))")
      #expect(term.stems.count <= 12)
    }
  }

  @Test("nothing to look for", arguments: ["", " ", "*", "--"])
  func nothing(text: String) {
    #expect(prefix(text) == nil)
  }
}
