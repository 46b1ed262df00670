internal import TestSupport
import Testing

@testable import Extraction

private func titles(_ text: String, _ outline: (UnsafeRawBufferPointer) -> [OutlineSection]) -> [String] {
  Array(text.utf8).withUnsafeBytes { bytes in
    outline(bytes).map { "\($0.firstLine) \($0.title ?? "-")" }
  }
}

/// Sections follow each other, are not empty, are the text, and begin where their line does.
private func expectSound(_ text: [UInt8], _ outline: (UnsafeRawBufferPointer) -> [OutlineSection]) {
  let sections = text.withUnsafeBytes { outline($0) }
  var end = 0
  for section in sections {
    #expect(section.range.lowerBound == end)
    #expect(!section.range.isEmpty)
    #expect(section.firstLine == 1 + text[..<end].count { $0 == 10 })
    end = section.range.upperBound
  }
  #expect(end == text.count)
}

@Suite("MarkdownOutline")
struct MarkdownOutlineTests {
  @Test(
    "headings are found where CommonMark has them",
    arguments: [
      ("", []), ("text\n", ["1 -"]), ("# A\ntext\n## B\n", ["1 A", "3 B"]), ("intro\n\n# A", ["1 -", "3 A"]),
      ("####### seven\n#no\n#\ttab ##\n# A#\n#\n", ["1 -", "3 tab", "4 A#", "5 -"]),
      ("   # A\n    # code\n", ["1 A"]),
      ("A\n===\ntext\nB\n---\n", ["1 A", "3 text B"]), ("A\nB\n==\n", ["1 A B"]),
      ("A\n\n---\nB\n", ["1 -"]), ("- item\n---\n> q\n---\n1. x\n===\n", ["1 -"]), ("a\n--- x\n", ["1 -"]),
      ("```sh\n# no\n```\n# A\n", ["1 -", "4 A"]), ("~~~~\n# no\n~~~\n```\n# no\n~~~~\n# A", ["1 -", "7 A"]),
      ("``` a`b\n# A\n", ["1 -", "2 A"]), ("```\n# open to the end\n", ["1 -"]),
      ("<!--\n# no\n-->\n# A\n<!-- x -->\n# B\n<pre>\n# no\n</pre>\n# C", ["1 -", "4 A", "6 B", "10 C"]),
      ("---\ntitle: \"The doc\"\ntags: x\n---\ntext\n# A\n", ["1 The doc", "6 A"]),
      ("---\ntitle:\n---\n# A\n", ["1 -", "4 A"]), ("---\nnot closed\n# A\n", ["1 -", "3 A"]),
      (
        "# [Link](http://x) `code` **bold** a[1] \\# ![i](j) {#id}\n# [![badge](a)](b) x\n",
        ["1 Link code bold a[1] # i", "2 badge x"]
      ),
      ("# A\r\ntext\r\nB\r\n---\r\n", ["1 A", "2 text B"]),
    ])
  func headings(text: String, expected: [String]) {
    #expect(titles(text) { MarkdownOutline.sections(of: $0) } == expected)
  }

  @Test("sections are the text, whatever it is", arguments: 0..<200)
  func sound(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let parts = [
      "#", " ", "\n", "a", "---", "===", "```", "~~~", "<!--", "-->", "    ", "\r", "title: x", "- ", "> ", "\u{0}",
      "ü",
      "[", "](", ")",
    ]
    expectSound(generator.text(300, from: parts)) { MarkdownOutline.sections(of: $0) }
  }

  @Test("a text of headings alone has a bounded number of sections")
  func bounded() {
    let text = Array(String(repeating: "# a\n", count: 150_000).utf8)
    let sections = text.withUnsafeBytes { MarkdownOutline.sections(of: $0) }
    #expect(sections.count == OutlineSection.maximumCount)
    #expect(sections.last?.range.upperBound == text.count)
  }
}

@Suite("ReStructuredTextOutline")
struct ReStructuredTextOutlineTests {
  @Test(
    "titles are found where docutils has them",
    arguments: [
      ("", []), ("text\n", ["1 -"]), ("Title\n=====\ntext\n", ["1 Title"]),
      ("=====\nTitle\n=====\n\nSub\n---\nx\n", ["1 Title", "5 Sub"]), ("======\n  In\n======\n", ["1 In"]),
      (".. _label:\n\nTitle\n=====\n", ["1 -", "3 Title"]), (".. comment\nTitle\n=====\n", ["1 -", "2 Title"]),
      ("a line\nanother\n-------\n", ["1 -"]), ("text\n\n-----\n\ntext\n", ["1 -"]),
      ("  indented\n==========\n", ["1 -"]), ("A long title\n---\n", ["1 -"]),
      ("A long title\n----\n", ["1 A long title"]),
      ("Größe\n=====\n", ["1 Größe"]), ("===  ===\na    b\n===  ===\n", ["1 -"]),
      ("A\n=\nB\n-\n", ["1 A", "3 B"]), ("``Code`` title\n--------------\n", ["1 Code title"]),
      ("text::\n\n    Title\n    =====\n", ["1 -"]), ("=====\nTitle\n-----\n", ["1 -"]),
    ])
  func headings(text: String, expected: [String]) {
    #expect(titles(text) { ReStructuredTextOutline.sections(of: $0) } == expected)
  }

  @Test("sections are the text, whatever it is", arguments: 0..<200)
  func sound(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let text = generator.text(300, from: ["=", "====", "----", "\n", "\n", "a", " ", ".. ", "title", "\r\n", "\u{FF}"])
    expectSound(text) { ReStructuredTextOutline.sections(of: $0) }
  }
}
