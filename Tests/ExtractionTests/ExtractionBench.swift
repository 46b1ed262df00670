import Extraction
import Foundation
import IndexModel
import Testing

/// The reading of documents alone, without an index, for `tools/bench`, which calls this with
/// `INDEXER_BENCH_EXTRACTION`. Asserts no timings.
@Suite("ExtractionBench", .enabled(if: ProcessInfo.processInfo.environment["INDEXER_BENCH_EXTRACTION"] != nil))
struct ExtractionBench {
  private struct Figures: Encodable {
    var units = 0
    var seconds = 0.0
  }

  @Test("Reads each file of a list, one after another, in one process")
  func read() throws {
    let environment = ProcessInfo.processInfo.environment
    let file = try #require(environment["INDEXER_BENCH_EXTRACTION"])
    let paths = try String(contentsOfFile: try #require(environment["INDEXER_BENCH_FILES"]), encoding: .utf8)
      .split(separator: "\n").map(String.init)
    let process = ExtractionProcess(program: try #require(environment["INDEXER_BENCH_PROGRAM"]))
    var figures = Figures()
    let began = ContinuousClock.now
    for path in paths {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let family: DocumentFamily = path.hasSuffix(".pdf") ? .pdf : .parquet
      let reading = try bytes.withUnsafeBytes {
        try process.extract($0, family, name: path, columns: ColumnPreferences(), isStopped: { false }) { _ in
          figures.units += 1
        }
      }
      try #require(reading.failure == nil && !reading.hasCrashed && reading.units > 0, "\(path): \(reading)")
    }
    figures.seconds = began.duration(to: .now) / .seconds(1)
    try JSONEncoder().encode(figures).write(to: URL(fileURLWithPath: file))
  }
}
