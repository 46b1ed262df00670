import IndexModel
import Testing
import Tokens

@testable import Search

@Suite struct QueryParsingTests {
  let tokenizer = Tokenizer()

  private func expression(_ text: String) throws -> String {
    let query = try SearchQuery(parsing: text, tokenizer: tokenizer)
    guard let tree = query.tree else { return "" }
    return String(decoding: MatchExpression(tree).text.dropLast(), as: UTF8.self)
  }

  @Test(
    "A query becomes this FTS5 expression",
    arguments: [
      ("lock", #"("lock")"#),
      ("spin lock", #"(("spin") AND ("lock"))"#),
      ("lock lock", #"("lock")"#),
      ("\"spin lock\"", #"("spin lock")"#),
      ("“spin lock”", #"("spin lock")"#),
      ("\"never closed", #"("never close")"#),
      ("getUserName", #"("get user name")"#),
      ("x86_64", #"("x86 64")"#),
      ("foo->bar", #"("foo bar")"#),
      ("std::string", #"("std string")"#),
      ("return -EINVAL", #"(("return") AND ("einval"))"#),
      ("spi*", #"("spi" *)"#),
      ("foo_bar*", #"("foo bar" *)"#),
      ("char *", #"("char")"#),
      ("*ptr", #"("ptr")"#),
      ("a AND b", #"(("a") AND ("b"))"#),
      ("a OR b c", #"(("a") OR (("b") AND ("c")))"#),
      ("(a OR b) c", #"((("a") OR ("b")) AND ("c"))"#),
      ("a NOT b", #"(("a") NOT (("b")))"#),
      ("a AND NOT b", #"(("a") NOT (("b")))"#),
      ("NOT b a", #"(("a") NOT (("b")))"#),
      ("a NOT b NOT c", #"(("a") NOT (("b") OR ("c")))"#),
      ("a NOT(b c)", #"(("a") NOT ((("b") AND ("c"))))"#),
      ("NOT NOT a", #"("a")"#),
      ("(NOT b) a", #"(("a") NOT (("b")))"#),
      ("AND", #"("and")"#),
      ("a AND", #"(("a") AND ("and"))"#),
      ("OR a", #"(("or") AND ("a"))"#),
      ("a NOT", #"(("a") AND ("not"))"#),
      ("\"a OR b\"", #"("a or b")"#),
      ("((a", #"("a")"#),
      ("a))", #"("a")"#),
      ("() a", #"("a")"#),
      ("memcpy(dst, src)", #"(("memcpi dst") AND ("src"))"#),
      ("main()", #"("main")"#),
      ("printf(\"hi there\")", #"(("printf") AND ("hi there"))"#),
      ("a OR ->", #"("a")"#),
      ("it's", #"("it s")"#),
      ("path:", #"("path")"#),
      ("a path:*.c", #"("a")"#),
      ("path:'a b/*'", ""),
      ("東京都", #"("東京 京都")"#),
    ])
  func parses(_ text: String, _ expected: String) throws {
    #expect(try expression(text) == expected)
  }

  @Test("A prefix also finds the stems of what begins so")
  func prefixStems() throws {
    #expect(try expression("generatio*").hasPrefix(#"("generatio" * OR "generat""#))
  }

  @Test(
    "What cannot be answered says what to type instead",
    arguments: [
      ("", "type at least one letter"), ("  \n\t ", "at least one letter"), ("->", "at least one letter"),
      ("() \"\" * -", "at least one letter"), ("NOT a", "say also what to find"),
      ("NOT (a OR b)", "say also what to find"), ("NOT path:*.c", "say also what to find"),
      ("a OR NOT b", "NOT cannot be one side of OR"), ("NOT a OR b", "NOT cannot be one side of OR"),
      ("a OR path:*.c", "path: limits the whole query"), ("a NOT (b path:*.c)", "NOT can stand before path:"),
      ("s*", "three letters before the *"), ("get_us*", "three letters before the *"),
      ("aaa* bbb* ccc* ddd* eee*", "end in *"),
      (String(repeating: "(", count: 9) + "a", "parentheses"),
      (String(repeating: "word ", count: 65), "more than 64 words"),
      (String(repeating: "x", count: 4097), "more than 4096 bytes"),
    ])
  func refuses(_ text: String, _ hint: String) throws {
    let error = #expect(throws: IndexerError.self) { try SearchQuery(parsing: text, tokenizer: tokenizer) }
    #expect(error?.code == .invalidQuery)
    #expect(error?.message.contains(hint) == true, "\(error?.message ?? "")")
  }

  @Test("AND and OR forbid any-word answers; blanks, NOT and path: do not")
  func operators() throws {
    for text in ["a b", "a b NOT c", "a b path:*.c", "(a b) c"] {
      #expect(try SearchQuery(parsing: text, tokenizer: tokenizer).mayTakeAnyWord, "\(text)")
    }
    for text in ["a AND b", "a OR b", "(a OR b) c"] {
      #expect(try !SearchQuery(parsing: text, tokenizer: tokenizer).mayTakeAnyWord, "\(text)")
    }
  }
}
