import Foundation
import Testing

@testable import Scanning

/// Single cases; what patterns mean at large is compared with git in `GitOracleTests`.
@Suite struct WildmatchTests {
  @Test(
    "patterns match as in git's wildmatch tests",
    arguments: [
      ("foo", "foo", true), ("???", "foo", true), ("??", "foo", false), ("*", "foo", true),
      ("*ob*a*r*", "foobar", true), ("\\*", "*", true), ("a[c-c]st", "acst", true),
      ("a[!c]st", "acst", false),
      ("t[a-g]n", "ten", true), ("a[]]b", "a]b", true), ("a[]-]b", "a-b", true), ("]", "]", true),
      ("foo*bar", "foo/baz/bar", false), ("foo**bar", "foo/baz/bar", false), ("foo/**/bar", "foo/bar", true),
      ("foo/**/bar", "foo/b/a/z/bar", true), ("**/foo", "XXX/foo", true), ("*/foo", "bar/baz/foo", false),
      ("**/bar*", "deep/foo/bar/baz", false), ("**/bar/*/*", "deep/foo/bar/baz/x", true),
      ("[[:alpha:]][[:digit:]][[:upper:]]", "a1B", true), ("[[:digit:][:upper:][:spaci:]]", "1", false),
      ("[a-c]b*", "bbb", true), ("[\\\\-^]", "]", true), ("-*-*-*-*", "-a-b-c-d", true),
      ("[!]a-]", "b", true),
      ("f?o**/bar", "foo/baz/bar", false), ("f?o**/bar", "foo/bar", true), ("a\\", "a\\", false),
      ("[a", "a", false), ("**/t[o]", "foo/bar/baz/to", true),
    ])
  func table(pattern: String, text: String, expected: Bool) {
    #expect(Self.matches(pattern, text) == expected)
  }

  @Test("P9: a hostile pattern ends soon", .timeLimit(.minutes(1)))
  func hostile() {
    let path = String(repeating: "a/", count: 200) + "b"
    #expect(!Self.matches(String(repeating: "**/a/", count: 60) + "c", path))
    #expect(!Self.matches(String(repeating: "**/a*/", count: 60) + "*c", path))
    #expect(!Self.matches(String(repeating: "*a", count: 100) + "c", String(repeating: "a", count: 250)))
    #expect(!Self.matches(String(repeating: "**/", count: 1_300) + "c", path))
    #expect(Self.matches(String(repeating: "**/", count: 1_300) + "b", path))
  }

  private static func matches(_ pattern: String, _ text: String) -> Bool {
    let pattern = Array(pattern.utf8) + [0]
    let text = Array(text.utf8) + [0]
    return Wildmatch.matches(pattern, text, pathname: true)
  }
}
