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
      let tree = try SampleTree(at: scratch.path("tree"), seed: 22, plain: 4_000)
      let indexer = try Indexer()
      let files = IndexFiles(indexer)
      let id = try await indexer.startInBackground(tree.root)
      var answers = 0
      var random = SeededGenerator(seed: 5)
      while try await indexer.job(id).status != "completed" {
        let before = try await committedFiles(files)
        let numbers = (0..<4_000).filter { before.contains("\(tree.root)/\(SampleTree.name($0))") }
        if let number = numbers.randomElement(using: &random) {
          let found = try await indexer.search(SampleTree.marker(number))
          #expect(found.paths == ["\(tree.root)/\(SampleTree.name(number))"])
          #expect(found.hits.allSatisfy { !$0.stale && $0.snippet.contains(SampleTree.marker(number)) })
          answers += 1
        }
        let many = try await indexer.search(SampleTree.everywhere).paths
        #expect(many.isSubset(of: try await committedFiles(files)))
        if numbers.isEmpty == false { #expect(!many.isEmpty) }
      }
      print("searches during the first index that had something to find: \(answers)")
      #expect(answers >= 3)
      for number in [0, 1_234, 3_999] {
        let found = try await indexer.search(SampleTree.marker(number))
        #expect(found.paths == ["\(tree.root)/\(SampleTree.name(number))"])
        #expect(found.pendingFiles == 0)
      }
      let odd = try await indexer.search("newlineinname").paths
      #expect(odd == ["\(tree.root)/odd/new\nline.txt"])
      #expect(try await indexer.search("badname").hits.count == 1)
      let plain = try await indexer.run("search", SampleTree.marker(7))
      #expect(plain.output.contains("/sub2/file7.c:1: "), "\(plain.output)")

      func committedFiles(_ files: IndexFiles) async throws -> Set<String> {
        Set(try await files.shardRows("SELECT path FROM files").map { "\(tree.root)/\($0)" })
      }
    }
  }
}
