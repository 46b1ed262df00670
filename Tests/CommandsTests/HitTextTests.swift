import IndexModel
import Testing

@testable import Commands

@Suite struct HitTextTests {
  @Test("one hit a line, as grep has it")
  func plain() {
    let text = HitText(response: response, workingDirectory: "/usr/src/linux", style: .plain).text
    #expect(
      text == "mm/filemap.c:11: static int page_cache; \\x1B[2J\n/other/a\\nb.md:3: under \"Notes\": Page Cache\n")
  }

  @Test("a row of a table is named, and is the line where rows are lines")
  func rows() {
    var answer = response
    answer.hits = [answer.hits[0]]
    answer.hits[0].rows = "2-57"
    answer.hits[0].bestRow = 12
    func text() -> String { HitText(response: answer, workingDirectory: "/usr/src/linux", style: .plain).text }
    #expect(text().hasPrefix("mm/filemap.c:11: row 12: "))
    answer.hits[0].kind = "csv"
    answer.hits[0].sheet = "Nord"
    #expect(text().hasPrefix("mm/filemap.c:12: sheet Nord, row 12: "))
  }

  @Test("a terminal shows the snippet's lines with their numbers")
  func terminal() throws {
    let style = TextStyle(isTerminal: true, columns: 40)
    try Golden.expect(HitText(response: response, workingDirectory: "/", style: style).text, "hits.txt")
  }

  @Test("the words of the query are marked, whatever their case")
  func marks() {
    let style = TextStyle(isTerminal: true, colours: true)
    let text = HitText(response: response, workingDirectory: "/", style: style).text
    #expect(text.contains("\u{1B}[31mPage\u{1B}[0m \u{1B}[31mCache\u{1B}[0m"))
    #expect(text.contains("static int \u{1B}[31mpage\u{1B}[0m_\u{1B}[31mcache\u{1B}[0m;"))
    #expect(!text.contains("\u{1B}[2J"))
  }

  @Test("what the answer may lack is said")
  func notes() {
    #expect(
      HitText.notes(response) == [
        "1 hit is from a file changed or gone since indexed: /other/a\\nb.md.",
        "1,200 files not indexed yet: there may be more hits. See: indexer jobs",
        "More hits: --offset 2",
      ])
    var none = SearchResponse(query: "x", projects: [], tookMs: 1, pendingFiles: 0, hits: [], next: nil)
    #expect(HitText.notes(none) == ["Nothing is indexed yet. Start: indexer start DIR"])
    none.projects = ["p", "q"]
    none.unlistedJobs = 1
    none.unavailable = [.init(project: "q", message: "q is damaged")]
    #expect(
      HitText.notes(none) == [
        "No hits.", "1 job has not listed the files to index: there may be more hits. See: indexer jobs",
        "A part of the project q could not be asked: q is damaged. See: indexer doctor",
      ])
    var some = response
    for index in some.hits.indices { some.hits[index].allWords = false }
    #expect(HitText.notes(some).first == "No text has all of the words; these have some of them.")
  }

  private var response: SearchResponse {
    SearchResponse(
      query: "page AND cache", projects: ["linux", "notes"], tookMs: 3, pendingFiles: 1200,
      hits: [
        SearchHit(
          path: "/usr/src/linux/mm/filemap.c", project: "linux", source: "1", unit: 1, score: 2, title: nil,
          kind: "code", firstLine: 10, lastLine: 11, bestLine: 11,
          snippet: "int a;\n\tstatic int page_cache;  \u{1B}[2J",
          stale: false,
          generation: 1),
        SearchHit(
          path: "/other/a\nb.md", project: "notes", source: "2", unit: 2, score: 1, title: "Notes",
          kind: "text",
          firstLine: 3, lastLine: 3, bestLine: 3, snippet: "Page Cache", stale: true, generation: 1),
      ], next: 2)
  }
}
