import Foundation
import IndexModel
import TestSupport
import Testing

@testable import Extraction

@Suite("ParquetExtractor")
struct ParquetExtractorTests {
  private static let isInstalled = Converter(program: "duckdb", package: "").executable != nil

  @Test("a file by pyarrow, read by DuckDB", .enabled(if: isInstalled, "duckdb is not installed"))
  func pyarrow() throws {
    let result = try TableFixture.file("pyarrow.parquet").extract(ParquetExtractor.self)
    #expect(result.columns.map(\.names.count) == [13])
    #expect(result.units.map(\.rows) == [1...3])
    #expect(
      result.lines[0] == "region: Nord | amount: 1.5 | n: 1 | day: 2024-03-01 | ts: 2024-03-01 14:30:00"
        + " | tz: 2024-03-01 14:30:00+00 | b: true | l: [1, 2] | bin: \\xFF\\x00a | dec: 1.20 | t: 14:30:00"
        + " | s: {'a': 1, 'b': x}")
    #expect(result.lines[2].hasPrefix("region: S\"ü,d x | amount: 0.3"))
    #expect(throws: ExtractionFailure.missingColumn("price")) {
      try TableFixture.file("pyarrow.parquet").searching(["price"]).extract(ParquetExtractor.self)
    }
    var broken = try TableFixture.file("pyarrow.parquet")
    for offset in 4..<broken.bytes.count - 4 { broken.bytes[offset] ^= 0x55 }
    #expect { try broken.extract(ParquetExtractor.self) } throws: {
      if case ExtractionFailure.damaged = $0 { true } else { false }
    }
  }

  @Test("DuckDB's output in pieces; the first row has the names, however it looks")
  func output() throws {
    let scratch = try Scratch()
    let script = "#!/bin/sh\nprintf '1,2\\nNord,'; printf '\"a\\n\"\"b'; printf '\"\"\"\\nS'; printf 'ued,3\\n'\n"
    chmod(try scratch.write("duckdb", script), 0o755)
    var result = Extracted()
    let sink = UnitSink {
      result.columns.append($0)
    } deliver: {
      result.units.append($0)
    }
    let units = TableUnits(sink, preferences: ColumnPreferences())
    try TableFixture("PAR1 something PAR1").withDocument {
      let converter = Converter(program: "duckdb", package: "x", searchPath: scratch.path)
      try ParquetExtractor.read($0, into: units, with: converter)
    }
    try units.finish()
    #expect(result.columns.map(\.names) == [["1", "2"]])
    #expect(result.lines == ["1: Nord | 2: a \"b\"", "1: Sued | 2: 3"])
    #expect(result.units.map(\.rows) == [1...2])
  }

  @Test("a long cell is one cell, with all the delimiters and line ends in it")
  func longCell() throws {
    let scratch = try Scratch()
    // 3 MB in quotes, then another row.
    let script =
      "#!/bin/sh\necho body,region; printf '\"'; yes 'word, with comma' | head -180000; echo '\",Nord'; echo x,Sued\n"
    chmod(try scratch.write("duckdb", script), 0o755)
    var units: [DocumentUnit] = []
    let table = TableUnits(UnitSink { units.append($0) }, preferences: ColumnPreferences(searched: ["region"]))
    try TableFixture("PAR1 something PAR1").withDocument {
      try ParquetExtractor.read(
        $0, into: table, with: Converter(program: "duckdb", package: "x", searchPath: scratch.path))
    }
    try table.finish()
    #expect(units.map(\.text) == ["region: Nord\nregion: Sued\n"])
    #expect(units.map(\.rows) == [1...2])
  }

  @Test("a DuckDB that does not know the settings is as good as none")
  func old() throws {
    let scratch = try Scratch()
    let script = "#!/bin/sh\necho 'Catalog Error: unrecognized configuration parameter \"allowed_paths\"' >&2; exit 1\n"
    chmod(try scratch.write("duckdb", script), 0o755)
    let table = TableUnits(UnitSink { _ in }, preferences: ColumnPreferences())
    #expect(throws: ExtractionFailure.missingConverter("x; what is there says: it is too old, 1.2 is needed")) {
      try TableFixture("PAR1 something PAR1").withDocument {
        try ParquetExtractor.read(
          $0, into: table, with: Converter(program: "duckdb", package: "x", searchPath: scratch.path))
      }
    }
  }

  @Test("without DuckDB the package to install is named")
  func missing() throws {
    let sink = UnitSink { _ in }
    let units = TableUnits(sink, preferences: ColumnPreferences())
    #expect(throws: ExtractionFailure.missingConverter("duckdb-cli (PyPI)")) {
      try TableFixture("PAR1 something PAR1").withDocument {
        let converter = Converter(program: "duckdb", package: "duckdb-cli (PyPI)", searchPath: "/nonexistent")
        try ParquetExtractor.read($0, into: units, with: converter)
      }
    }
  }

  @Test(
    "what breaks off, is encrypted or no Parquet needs no DuckDB",
    arguments: [
      ("PAR1 something", ExtractionFailure.damaged("breaks off")), ("PAR1PAR1", .damaged("breaks off")),
      ("PARE something PARE", .encrypted), ("a,b\n1,2\n", .notADocument), ("", .notADocument),
    ])
  func noParquet(text: String, failure: ExtractionFailure) {
    #expect(throws: failure) { try TableFixture(text).extract(ParquetExtractor.self) }
  }
}
