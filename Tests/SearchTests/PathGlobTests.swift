import Foundation
import IndexModel
import Search
import Testing

@Suite struct PathGlobTests {
  private func matches(_ glob: String, _ path: String) throws -> Bool {
    try Array(path.utf8).withUnsafeBytes {
      try PathGlob(glob).matches($0, root: Array("/home/me/linux".utf8))
    }
  }

  @Test(
    "These match",
    arguments: [
      ("*.c", "a.c"), ("*.c", "x/y/a.c"), ("net", "drivers/net/a.c"), ("net/", "drivers/net/a.c"),
      ("drivers/net", "drivers/net/e/a.c"), ("drivers/*/a.c", "drivers/net/a.c"),
      ("drivers/**/a.c", "drivers/a.c"),
      ("drivers/**/a.c", "drivers/x/y/a.c"), ("**/a.c", "a.c"), ("**/a.c", "x/a.c"),
      ("drivers/**", "drivers/x/a.c"),
      ("a?c", "abc"), ("[a-c]x", "bx"), ("[!a]x", "bx"), ("[]]x", "]x"), ("a[b", "a[b"), ("\\*", "*"),
      ("/home/me/linux/a.c", "a.c"), ("/home/me", "a.c"), ("/home/*/linux/**/a.c", "x/a.c"), ("linux", "a.c"),
      ("./a.c", "a.c"), (".", "x/./a"), ("/", "a.c"), ("a**c", "axxc"), ("dri**.c", "drivers/x/a.c"),
      ("été*", "étés"),
      ("**", "a/b"), ("*", "a"), ("**/z/**/b", "a/z/c/b"), ("**/x/**/**/y", "x/y"),
    ])
  func positive(_ glob: String, _ path: String) throws {
    #expect(try matches(glob, path))
  }

  @Test(
    "These do not",
    arguments: [
      ("*.c", "a.cc"), ("*.c", "a.c.txt"), ("net/", "drivers/net"), ("net", "drivers/network/a.c"),
      ("net/a.c", "drivers/net/a.c"), ("drivers/*/a.c", "drivers/x/y/a.c"), ("drivers/*/a.c", "drivers/a.c"),
      ("a?c", "a/c"), ("[!a]x", "ax"), ("[a-c]", "/"), ("\\*", "x"), ("/me/linux", "a.c"), ("home", "a.c"),
      ("**/z/**/b", "a/b/z/q"), ("[a", "a"), ("", "nothing/at"), ("a/**/b", "a/xb"),
    ])
  func negative(_ glob: String, _ path: String) throws {
    // The empty pattern stands for everything, as `./` does.
    #expect(try matches(glob, path) == glob.isEmpty)
  }

  @Test("No pattern takes long", .timeLimit(.minutes(1)))
  func noBlowUp() throws {
    let path = String(repeating: "a/", count: 2000) + "b"
    #expect(try !matches(String(repeating: "**/a*", count: 100) + "/c", path))
    #expect(try !matches(String(repeating: "*a", count: 200) + "x", String(repeating: "a", count: 4000)))
  }

  @Test("A pattern that is too long is refused")
  func tooLong() {
    #expect(throws: IndexerError.self) { try PathGlob(String(repeating: "a", count: 5000)) }
  }
}
