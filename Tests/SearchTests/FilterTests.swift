import IndexModel
import Search
import Testing

@Suite struct FilterTests {
  private func index(files: Int = 0) throws -> IndexedCorpus {
    var corpus = Corpus()
    corpus.add("src/net/core.c", kind: "c", "packet filter")
    corpus.add("src/net/core.h", kind: "c", "packet filter")
    corpus.add("src/fs/inode.c", kind: "c", "packet inode")
    corpus.add("docs/net.md", kind: "markdown", "packet guide")
    corpus.add("src/net/core.c", source: 2, kind: nil, "packet filter")
    corpus.files.append(
      Corpus.File(
        path: Array("src/".utf8) + [0xFF, 0xFE] + Array(".bin".utf8), units: [Corpus.Unit(text: "packet")]))
    for index in 0..<files { corpus.add("many/f\(index).txt", kind: "text", "packet") }
    return try IndexedCorpus(corpus, shards: 2)
  }

  private let roots: [Int64: String] = [1: "/home/me/linux", 2: "/srv/other"]

  /// With many hits, all files are read instead of each one's.
  @Test("Filters leave out what they should", arguments: [0, 3000])
  func filters(_ files: Int) throws {
    let index = try index(files: files)
    func paths(_ query: String, _ filter: SearchFilter) throws -> [String] {
      try index.search(query, filter: filter, limit: 10).units.map { "\($0.source)/\($0.path)" }.sorted()
    }
    #expect(try paths("packet", SearchFilter(sources: [2])) == ["2/src/net/core.c"])
    #expect(try paths("packet", SearchFilter(kind: "markdown")) == ["1/docs/net.md"])
    #expect(
      try paths("packet", SearchFilter(pathGlob: "src/net/")) == [
        "1/src/net/core.c", "1/src/net/core.h", "2/src/net/core.c",
      ])
    #expect(
      try paths("packet path:src/net", SearchFilter(sources: [1], pathGlob: "*.h")) == ["1/src/net/core.h"])
    #expect(try paths("packet path:net NOT path:*.h", SearchFilter(sources: [1])) == ["1/src/net/core.c"])
    #expect(
      try paths("packet", SearchFilter(pathGlob: "/srv/other/**/*.c", roots: roots)) == ["2/src/net/core.c"])
    #expect(try paths("packet", SearchFilter(pathGlob: "other", roots: roots)) == ["2/src/net/core.c"])
    #expect(try paths("packet path:*.bin", SearchFilter()) == ["1/src/\u{FFFD}\u{FFFD}.bin"])
    #expect(try paths("packet", SearchFilter(sources: [])) == [])
    #expect(try paths("packet", SearchFilter(pathGlob: "nowhere/*")) == [])
  }

  @Test("Only files that pass take places on the page")
  func beforeTheBest() throws {
    let index = try index(files: 3000)
    #expect(try index.paths("packet", filter: SearchFilter(kind: "c"), limit: 2).count == 2)
    let answer = try index.search("packet", filter: SearchFilter(kind: "c"), limit: 3)
    #expect(answer.units.count == 3)
    #expect(!answer.hasMore)
  }

  @Test("A query of path: alone lists the files, by path")
  func listing() throws {
    let index = try index()
    #expect(
      try index.found("path:*.[ch]", limit: 3) == [
        "src/fs/inode.c:1", "src/net/core.c:1", "src/net/core.c:1",
      ])
    let answer = try index.search("path:*.[ch]", limit: 3)
    #expect(answer.hasMore)
    #expect(answer.units.map(\.score) == [0, 0, 0])
    #expect(answer.units.map(\.source) == [1, 1, 2])
    #expect(answer.units[0].snippet == "packet inode")
    #expect(try index.found("path:*.[ch]", limit: 3, offset: 3) == ["src/net/core.h:1"])
  }
}
