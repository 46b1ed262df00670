import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("While a job runs")
  struct WhileRunning {
    @Test("P7: in every snapshot found is the sum of the outcomes, and at the end the counters are the shards' rows")
    func counters() async throws {
      let scratch = try Scratch("tree")
      let tree = try SampleTree(at: scratch.path("tree"), seed: 21, plain: 3_000)
      let indexer = try Indexer()
      let id = try await indexer.startInBackground(tree.root)
      var snapshots: [JobView] = []
      try #require(
        try await poll(within: 60, every: 1) {
          snapshots.append(try await indexer.job(id))
          return snapshots.last?.status == "completed"
        })
      let wrong = snapshots.first { !$0.files.addsUp }
      #expect(wrong == nil)
      let running = snapshots.filter { $0.status == "running" && $0.files.settled > 0 }
      print("snapshots: \(snapshots.count), \(running.count) of them in the middle of the work")
      #expect(running.count > 3)
      #expect(zip(running, running.dropFirst()).allSatisfy { $0.files.settled <= $1.files.settled })

      let end = try #require(snapshots.last)
      let rows = try await IndexFiles(indexer).shardRows("SELECT outcome || ' ' || coalesce(reason, '') FROM files")
      let counts = Dictionary(grouping: rows, by: \.self).mapValues(\.count)
      #expect(end.files.found == tree.files && end.files.pending == 0 && rows.count == tree.files)
      #expect(end.files.indexed == counts["indexed "])
      #expect(end.files.skipped == end.reasons.skipped.values.reduce(0, +))
      #expect(end.reasons.skipped == ["binary": 1, "secret": 1, "symbolic_link": 1])
      for (reason, count) in end.reasons.skipped { #expect(counts["skipped \(reason)"] == count) }
      #expect(end.files.failed == 0 && end.reasons.failed.isEmpty)
      let units = try await IndexFiles(indexer).shardRows("SELECT sum(units) FROM files").compactMap { Int($0) }
      #expect(end.units == units.reduce(0, +))

      for (outcome, count) in [("indexed", end.files.indexed), ("skipped", 3), ("failed", 0), ("pending", 0)] {
        let listed = try await indexer.succeed("status", id, "--files", outcome, "--json").output
        #expect(try FileView.decodeLines(listed).count == count, "\(outcome)")
      }
    }

    @Test("P6: search answers during the first index, with committed files only and with all of those")
    func search() async throws {
      let scratch = try Scratch("tree")
      let tree = try SampleTree(at: scratch.path("tree"), seed: 22, plain: 8_000)
      let numbers = Dictionary(uniqueKeysWithValues: (0..<8_000).map { (SampleTree.name($0), $0) })
      let indexer = try Indexer()
      let files = IndexFiles(indexer)
      func committed() async throws -> [String] { try await files.shardRows("SELECT path FROM files") }

      let id = try await indexer.startInBackground(tree.root)
      var answers = 0
      var random = SeededGenerator(seed: 5)
      repeat {
        let many = try await indexer.search(SampleTree.everywhere).paths
        let now = try await committed()
        #expect(many.isSubset(of: Set(now.map { "\(tree.root)/\($0)" })))
        guard let name = now.filter({ numbers[$0] != nil }).randomElement(using: &random) else { continue }
        let marker = SampleTree.marker(numbers[name]!)
        let found = try await indexer.search(marker)
        #expect(found.paths == ["\(tree.root)/\(name)"])
        #expect(found.hits.allSatisfy { !$0.stale && $0.snippet.contains(marker) })
        if found.pendingFiles > 0 { answers += 1 }
      } while try await indexer.job(id).status != "completed"
      print("searches during the first index that had something to find: \(answers)")
      #expect(answers >= 2)
      for number in [0, 1_234, 7_999] {
        let found = try await indexer.search(SampleTree.marker(number))
        #expect(found.paths == ["\(tree.root)/\(SampleTree.name(number))"])
        #expect(found.pendingFiles == 0)
      }
      let odd = try await indexer.search("newlineinname").paths
      #expect(odd == ["\(tree.root)/odd/new\nline.txt"])
      #expect(try await indexer.search("badname").hits.count == 1)
      let plain = try await indexer.run("search", SampleTree.marker(7))
      #expect(plain.output.contains("/sub2/file7.c:1: "), "\(plain.output)")
    }
  }
}
