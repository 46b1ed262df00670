import Foundation
import Glibc
import IndexModel
import TestSupport
import Testing

@testable import Extraction

/// What an extractor makes of a file.
struct Extracted: Equatable {
  var units: [DocumentUnit] = []
  var columns: [TableColumns] = []

  /// The lines of all units, empty ones aside.
  var lines: [String] { units.flatMap { $0.text.split(separator: "\n").map(String.init) } }
}

/// A file in memory, open for an extractor as it is in the separate process.
struct TableFixture {
  var bytes: [UInt8]
  var name = "table.csv"
  var preferences = ColumnPreferences()

  init(_ text: String, name: String = "table.csv") { self.init(Array(text.utf8), name: name) }

  init(_ bytes: [UInt8], name: String = "table.csv") {
    self.bytes = bytes
    self.name = name
  }

  /// A file that another program has made, see Fixtures/tables/make.py.
  static func file(_ name: String) throws -> TableFixture {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return TableFixture([UInt8](try Data(contentsOf: tests.appending(path: "Fixtures/tables/\(name)"))), name: name)
  }

  func searching(_ searched: [String], context: [String] = []) -> TableFixture {
    var copy = self
    copy.preferences = ColumnPreferences(searched: searched, context: context)
    return copy
  }

  func extract(
    _ extractor: any DocumentExtractor.Type, limits: UnitSink.Limits = UnitSink.Limits()
  ) throws -> Extracted {
    var result = Extracted()
    let sink = UnitSink(limits: limits) {
      result.columns.append($0)
    } deliver: {
      result.units.append($0)
    }
    try withDocument { try extractor.extract($0, to: sink) }
    return result
  }

  func withDocument(_ body: (Document) throws -> Void) throws {
    let file = try #require(tmpfile())
    defer { fclose(file) }
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count && fflush(file) == 0)
    try body(Document(descriptor: fileno(file), size: bytes.count, name: name, columns: preferences))
  }

  /// Extracts every beginning of the file and many copies with flipped bits, seeded: anything may come of these but a
  /// crash, or units whose rows or lines do not agree.
  func expectSurvival(_ extractor: any DocumentExtractor.Type, step: Int = 1, flips: Int = 200) {
    var generator = SeededGenerator(seed: 7)
    for end in stride(from: 0, to: bytes.count, by: step) {
      expectSoundness(of: TableFixture(Array(bytes[..<end]), name: name), extractor)
    }
    for _ in 0..<flips {
      var copy = self
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        copy.bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^=
          1 << UInt8.random(in: 0...7, using: &generator)
      }
      expectSoundness(of: copy, extractor)
    }
  }

  private func expectSoundness(of fixture: TableFixture, _ extractor: any DocumentExtractor.Type) {
    do {
      for unit in try fixture.extract(extractor).units {
        let rows = unit.rows ?? 1...1
        #expect(unit.text.utf8.count { $0 == 10 } == rows.count)
        #expect(unit.text.utf8.count <= UnitSplitter.maximumBytes)
      }
    } catch is ExtractionFailure {
    } catch {
      Issue.record("\(error)")
    }
  }
}
