import Testing

@testable import Commands

@Suite struct PrintableTextTests {
  @Test(
    "control characters are shown, not obeyed",
    arguments: [
      ("plain é 漢", "plain é 漢"), ("a\nb\tc\rd", "a\\nb\\tc\\rd"), ("\u{1B}[2J", "\\x1B[2J"),
      ("\u{7}", "\\x07"),
      ("\u{9B}31m", "\\x9B31m"), ("a\u{202E}b", "a\\u{202E}b"), ("\r\n", "\\r\\n"),
      ("back\\slash", "back\\slash"),
    ])
  func escapes(text: String, shown: String) { #expect(PrintableText.escaped(text) == shown) }

  @Test("line breaks may stay")
  func lines() { #expect(PrintableText.escapedLines("a\nb\u{1B}") == "a\nb\\x1B") }

  @Test("white space is folded into one blank")
  func oneLine() { #expect(PrintableText.onOneLine("  int a;\n\n\t\u{1B}b \r\n") == "int a; \\x1Bb") }

  @Test(
    "width counts columns", arguments: [("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("한", 2), ("🙂", 2), ("", 0)])
  func widths(text: String, columns: Int) { #expect(PrintableText.width(text) == columns) }

  @Test(
    "a long name keeps its end",
    arguments: [
      ("abcdef", 6, "abcdef"), ("abcdef", 4, "…def"), ("漢字漢字", 4, "…字"), ("abc", 1, "…"), ("abc", 0, ""),
    ])
  func tails(text: String, columns: Int, shown: String) {
    #expect(PrintableText.tail(text, columns: columns) == shown)
  }

  @Test(
    "a long line keeps its beginning", arguments: [("abcdef", 4, "abc…"), ("漢字漢字", 4, "漢…"), ("ab", 2, "ab")])
  func heads(text: String, columns: Int, shown: String) {
    #expect(PrintableText.head(text, columns: columns) == shown)
  }

  @Test(
    "words for a shell are quoted when needed",
    arguments: [
      ("a/b-c_1.d", "a/b-c_1.d"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''"), ("$x", "'$x'"),
      ("~", "'~'"),
    ])
  func words(text: String, quoted: String) { #expect(ShellWord.quoted(text) == quoted) }

  @Test(
    "paths are made absolute without a look at the disk",
    arguments: [
      ("/a/b", "/a/b"), ("b", "/proj/b"), ("../x/./y/", "/x/y"), ("/../..", "/"), ("", "/proj"),
      ("/a//b", "/a/b"),
    ])
  func absolute(path: String, whole: String) { #expect(AbsolutePath.of(path, from: "/proj") == whole) }

  @Test(
    "paths below the working directory are relative",
    arguments: [
      ("/proj/a.c", "/proj", "a.c"), ("/proj2/a.c", "/proj", "/proj2/a.c"), ("/proj", "/proj", "/proj"),
      ("/a", "/", "a"),
    ])
  func shown(path: String, directory: String, text: String) {
    #expect(AbsolutePath.shown(path, in: directory) == text)
  }
}
