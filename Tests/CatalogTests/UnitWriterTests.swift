import GRDB
import IndexModel
import SQLiteStore
import Testing

@testable import Catalog

@Suite("UnitWriter")
struct UnitWriterTests {
  @Test("A unit is found by its path, its title and its text")
  func add() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    try shard.index("src/alpha.c", ["the getUserName function"], title: "Beta chapter")
    try shard.index("src/other.c", ["nothing here"])
    for match in ["alpha", "path:alpha", "title:beta", "body:user", "\"get user name\"", "beta AND function"] {
      #expect(try shard.search(match) == ["src/alpha.c"], "\(match)")
    }
    for match in ["title:alpha", "body:alpha", "path:function", "gamma"] {
      #expect(try shard.search(match).isEmpty, "\(match)")
    }
    #expect(try shard.search("src") == ["src/alpha.c", "src/other.c"])
  }

  @Test("A file without text is found by its name, and has no text")
  func nameOnly() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    try shard.index("photo.png", [""])
    #expect(try shard.search("photo") == ["photo.png"])
    #expect(try shard.ids("SELECT unit FROM unit_texts").isEmpty)
    #expect(try shard.read { try $0.totals() } == (1, 0))
    try shard.remove("photo.png")
    #expect(try shard.search("photo").isEmpty)
    try shard.close()
    #expect(try ShardCheck.findings(fixture.location, shard: 0).isEmpty)
  }

  @Test("P6: Removing a file's units leaves nothing of it in the full text, and all of the others")
  func remove() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    let units = UnitWriter()
    try shard.index("a.txt", ["common word", "of two parts", "日本語のテキスト Ünïform"], title: "First", with: units)
    try shard.index("b.txt", ["common word"], title: "Second", with: units)
    let own = ["first", "two", "uniform", "日本", "part", "path:a"]
    for match in own { #expect(try shard.search(match).first == "a.txt", "\(match)") }
    try shard.remove("a.txt", with: units)
    for match in own { #expect(try shard.ids(postings: match).isEmpty, "\(match)") }
    #expect(try shard.search("common AND second") == ["b.txt"])
    #expect(try shard.ids("SELECT id FROM postings_docsize") == (try shard.ids("SELECT id FROM units")))
    #expect(try shard.ids(postings: "common").count == 1)
    try shard.remove("b.txt", with: units)
    for table in ["files", "units", "unit_texts", "postings_docsize"] {
      #expect(try shard.ids("SELECT count(*) FROM \(table)") == [0], "\(table)")
    }
    #expect(try shard.ids(postings: "common OR word OR txt OR second OR b").isEmpty)
    try shard.close()
    #expect(try ShardCheck.findings(fixture.location, shard: 0).isEmpty)
  }

  @Test("Ids of units are never used again")
  func idsAreNotReused() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    var highest: Int64 = 0
    for _ in 0..<3 {
      try shard.index("a", ["one", "two"])
      let ids = try shard.ids("SELECT id FROM units ORDER BY id")
      #expect(ids.count == 2 && ids[0] > highest)
      highest = ids[1]
      try shard.remove("a")
    }
  }

  @Test("P6: A file that is indexed again has its new units only")
  func replace() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    let first = try shard.index("a", ["old text", "more old"])
    let second = try shard.index("a", ["new text"])
    #expect(first == second)
    #expect(try shard.search("old").isEmpty)
    #expect(try shard.search("new AND text") == ["a"])
    #expect(try shard.read { try $0.totals() } == (1, 1))
    try shard.close()
    #expect(try ShardCheck.findings(fixture.location, shard: 0).isEmpty)
  }

  @Test("Another writer, with other buffers and caches, removes what the first one wrote")
  func otherWriterRemoves() throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    let texts = (0..<30).map { number in
      (0..<200).map { "word\(number * $0) runningWords HTTPServer\($0) straße" }.joined(separator: " ")
    }
    try shard.index("big.c", texts, with: UnitWriter())
    let other = UnitWriter()
    try shard.index("warm.c", ["something to fill the caches running runs"], with: other)
    try shard.remove("warm.c", with: other)
    let all = ["word1", "run", "server1", "strass", "big"]
    for match in all { #expect(try !shard.ids(postings: match).isEmpty, "\(match)") }
    try shard.remove("big.c", with: other)
    for match in all { #expect(try shard.ids(postings: match).isEmpty, "\(match)") }
    try shard.close()
    #expect(try ShardCheck.findings(fixture.location, shard: 0).isEmpty)
  }

  @Test(
    "Paths that are not UTF-8 or hold a newline are kept byte for byte",
    arguments: [
      [0xff, 0xfe, 0x2f, 0x61, 0x2e, 0x63] as [UInt8], Array("a\nb/with \"quotes\" 'and' %.c".utf8),
      Array("ünï/日本.c".utf8), [0xc3], Array(String(repeating: "d/", count: 2000).utf8) + [0x63],
    ])
  func paths(_ bytes: [UInt8]) throws {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    let path = RelativePath(bytes: bytes)
    try shard.index(path, ["text"])
    #expect(try shard.read { try $0.file(source: 1, path: path)?.path } == path)
    var seen: [[UInt8]] = []
    try shard.read { try $0.eachRecord(of: 1) { seen.append(Array($0.path)) } }
    #expect(seen == [bytes])
    try shard.remove(path)
    #expect(try shard.read { try $0.totals() } == (0, 0))
    try shard.close()
    #expect(try ShardCheck.findings(fixture.location, shard: 0).isEmpty)
  }
}
