import Foundation
import IndexModel
import Testing

@testable import Indexing

/// Searches in a running process, for `tools/bench`, which calls this with `INDEXER_BENCH_SEARCH`. Asserts no timings.
@Suite("SearchBench", .enabled(if: ProcessInfo.processInfo.environment["INDEXER_BENCH_SEARCH"] != nil))
struct SearchBench {
  private struct Figures: Encodable {
    /// Queries that found something.
    var found = 0
    /// Milliseconds of each search.
    var ms: [Double] = []
  }

  @Test("Asks each query once to warm up, and then as often as it is told")
  func search() throws {
    let environment = ProcessInfo.processInfo.environment
    let file = try #require(environment["INDEXER_BENCH_SEARCH"])
    let service = try IndexingService(Settings(dataDirectory: try #require(environment["INDEXER_DATA_DIR"])))
    let queries = try String(contentsOfFile: try #require(environment["INDEXER_BENCH_QUERIES"]), encoding: .utf8)
      .split(separator: "\n").map(String.init)
    var figures = Figures()
    for query in queries where try !service.search(SearchRequest(query: query)).hits.isEmpty { figures.found += 1 }
    for _ in 0..<(environment["INDEXER_BENCH_PASSES"].flatMap { Int($0) } ?? 3) {
      for query in queries {
        let began = ContinuousClock.now
        _ = try service.search(SearchRequest(query: query))
        figures.ms.append(began.duration(to: .now) / .milliseconds(1))
      }
    }
    try JSONEncoder().encode(figures).write(to: URL(fileURLWithPath: file))
  }
}
