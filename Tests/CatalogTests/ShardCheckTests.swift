import GRDB
import IndexModel
import SQLiteStore
import TestSupport
import Testing

@testable import Catalog

@Suite("ShardCheck")
struct ShardCheckTests {
  private func fixture() throws -> ShardFixture {
    let fixture = try ShardFixture()
    let shard = try fixture.open()
    let units = UnitWriter()
    for number in 0..<20 {
      try shard.index(RelativePath("dir/file\(number).c"), ["text of \(number)", "more", ""], with: units)
    }
    try shard.remove("dir/file3.c", with: units)
    try shard.index("dir/file4.c", ["replaced"], with: units)
    try shard.close()
    return fixture
  }

  @Test("A good shard has no findings")
  func good() throws {
    let fixture = try fixture()
    defer { withExtendedLifetime(fixture) {} }
    #expect(try ShardCheck.findings(fixture.location, shard: 0).isEmpty)
  }

  @Test("A check that is stopped finds nothing, and lets others on")
  func stopped() throws {
    let fixture = try fixture()
    defer { withExtendedLifetime(fixture) {} }
    try fixture.plant("DELETE FROM units WHERE id = 5")
    #expect(try ShardCheck.findings(fixture.location, shard: 0, isStopped: { true }).isEmpty)
    #expect(try !ShardCheck.findings(fixture.location, shard: 0).isEmpty)
  }

  @Test("A check that is stopped in the middle of any of its statements leaves nothing open")
  func stoppedWithin() throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    let shard = try fixture.open()
    let units = UnitWriter()
    let text = (0..<3_000).map { "word\($0)" }.joined(separator: " ")
    for number in 0..<40 { try shard.index(RelativePath("f\(number).c"), [text], with: units) }
    try shard.close()
    var looks = 0
    #expect(
      try ShardCheck.findings(
        fixture.location, shard: 0,
        isStopped: {
          looks += 1; return false
        }
      ).isEmpty)
    // At the start of both parts, and within them.
    #expect(looks > 4, "\(looks)")
    for stop in 1...looks {
      var looks = 0
      let findings = try ShardCheck.findings(fixture.location, shard: 0) {
        looks += 1
        return looks >= stop
      }
      #expect(findings.isEmpty, "\(stop)")
    }
  }

  @Test("A new shard has no findings")
  func new() throws {
    let fixture = try ShardFixture()
    defer { withExtendedLifetime(fixture) {} }
    try fixture.open().close()
    #expect(try ShardCheck.findings(fixture.location, shard: 0).isEmpty)
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    var sql: String
    var finding: String
    var testDescription: String { finding }
  }

  @Test(
    "Planted damage is found, and named",
    arguments: [
      Damage(sql: "DELETE FROM units WHERE id = 5", finding: "the full text has units that are gone"),
      Damage(
        sql: "DELETE FROM postings_docsize WHERE id = 5", finding: "there are units that the full text does not have"),
      Damage(
        sql: "INSERT INTO postings (rowid, path) VALUES (9999, 'x')", finding: "the full text has units that are gone"),
      Damage(
        sql: "DELETE FROM unit_texts WHERE unit = 5",
        finding: "there are files whose number of units is not what is recorded"),
      Damage(sql: "DELETE FROM units WHERE id = 5", finding: "there are texts of units that are gone"),
      Damage(sql: "DELETE FROM files WHERE id = 2", finding: "there are units of files that are gone"),
      Damage(
        sql: "UPDATE units SET file = 1 WHERE file = 2", finding: "there are files without a unit"),
      Damage(
        sql: "DELETE FROM postings_data WHERE id > 10", finding: "the full text does not pass FTS5's integrity check"),
    ])
  func damage(_ damage: Damage) throws {
    let fixture = try fixture()
    defer { withExtendedLifetime(fixture) {} }
    try fixture.plant(damage.sql)
    let findings = try ShardCheck.findings(fixture.location, shard: 0)
    #expect(findings.contains(damage.finding), "\(findings)")
  }

  @Test("P6: A posting deleted with other tokens than it was made of is found")
  func wrongTokens() throws {
    let fixture = try fixture()
    try fixture.plant(
      "INSERT INTO postings (postings, rowid, path, title, body) VALUES ('delete', 1, 'other', '', 'tokens')")
    #expect(try !ShardCheck.findings(fixture.location, shard: 0).isEmpty)
  }
}
