import IndexModel
import Testing
import Tokens

@testable import Search

@Suite struct SnippetTests {
  private func snippet(_ query: String, _ text: String, firstLine: Int = 1) throws -> Snippet {
    let words = try SearchQuery(parsing: query, tokenizer: Tokenizer()).words
    return SnippetMaker.borrowing(SnippetWords(Dictionary(uniqueKeysWithValues: words.map { ($0, 1.0) }))) {
      maker in
      Array(text.utf8).withUnsafeBytes { maker.snippet(of: $0, firstLine: firstLine) }
    }
  }

  @Test("The window with the most words of the query is chosen, then the first")
  func window() throws {
    let text = "mutex\n\n\n\none\nmutex here\nand a semaphore\ntwo\nmutex\nsemaphore\n"
    let found = try snippet("mutex semaphore", text, firstLine: 101)
    #expect(found.text == "mutex here\nand a semaphore\ntwo")
    #expect((found.firstLine, found.lastLine, found.bestLine) == (106, 108, 106))
  }

  @Test("The best line of the window is the one with the most words")
  func bestLine() throws {
    let found = try snippet("mutex semaphore lock", "x\nlock\nmutex semaphore\n\n\n")
    #expect((found.firstLine, found.lastLine, found.bestLine) == (2, 3, 3))
  }

  @Test("A phrase is found as a phrase, also in camelCase and across a line's end")
  func phrases() throws {
    #expect(try snippet("getUserName", "user\nget name\nget_user_name\n").bestLine == 3)
    #expect(try snippet("\"user name\"", "name user\nx\ncall getUserName();\n").bestLine == 3)
    #expect(try snippet("\"one two\"", "zero\none\ntwo\n").bestLine == 2)
    #expect(try snippet("\"a a b\"", "a b\na a a b\n").bestLine == 2)
  }

  @Test("A prefix is found, and so is a word by its stem")
  func prefixes() throws {
    #expect(try snippet("regist*", "reg\nthe registration\n").bestLine == 2)
    #expect(try snippet("locking", "x\nlocked\n").bestLine == 2)
  }

  @Test("Without a word in the text, the first line with text is shown")
  func noMatch() throws {
    let found = try snippet("elsewhere", "\n  \nhello\nworld\n", firstLine: 10)
    #expect(found == Snippet(firstLine: 12, lastLine: 13, bestLine: 12, text: "hello\nworld"))
    #expect(try snippet("a", "").text == "")
    #expect(try snippet("a", "\n\n\n").text == "")
  }

  @Test("Long lines are cut around the match, between characters")
  func longLines() throws {
    let text = String(repeating: "é", count: 5000) + " needle " + String(repeating: "ü", count: 5000)
    let found = try snippet("needle", text).text
    #expect(found.contains("needle"))
    #expect(found.unicodeScalars.count == 200)
    #expect(!found.unicodeScalars.contains("\u{FFFD}"))
    #expect(try snippet("needle", "needle " + text).text.hasPrefix("needle é"))
  }

  @Test("Nothing reaches the terminal that it would obey")
  func controls() throws {
    let found = try snippet("needle", "\u{1B}[31mneedle\u{7}\u{9B}2J\tx\u{202E}y\u{0}z\r\n")
    #expect(found.text == " [31mneedle  2J x y z")
  }

  @Test("A search gives lines of the file, and the line that says most")
  func inSearch() throws {
    var corpus = Corpus()
    corpus.files.append(
      Corpus.File(
        path: Array("a.c".utf8),
        units: [
          Corpus.Unit(firstLine: 1, text: "int a;\nint b;\n"),
          Corpus.Unit(firstLine: 3, text: "void f(void)\n{\n  char *getUserName();\n}\n"),
        ]))
    let unit = try #require(try IndexedCorpus(corpus).search("user name").units.first)
    #expect((unit.firstLine, unit.lastLine, unit.bestLine) == (5, 6, 5))
    #expect(unit.snippet == "  char *getUserName();\n}")
    #expect(unit.line == "  char *getUserName();")
    #expect(unit.fingerprint == Fingerprint(size: 1, modified: 2, changed: 3, inode: 4))
  }

  @Test("A unit without text is found by its name")
  func nameOnly() throws {
    var corpus = Corpus()
    corpus.add("images/holidayPhoto.jpg", kind: nil, nil)
    let unit = try #require(try IndexedCorpus(corpus).search("holiday photo").units.first)
    #expect("\(unit.path)" == "images/holidayPhoto.jpg")
    #expect(unit.snippet.isEmpty && unit.line.isEmpty)
    #expect((unit.firstLine, unit.lastLine, unit.bestLine) == (1, 1, 1))
  }
}
