import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("Many at once")
  struct Crowds {
    @Test("Ten processes open a new data directory at once")
    func newDataDirectory() async throws {
      let indexer = try Indexer()
      let crowd = try (0..<10).map { _ in try indexer.spawn(["jobs", "--json"]) }
      for process in crowd {
        let result = try await process.end()
        expectClean(result)
        #expect(result.status == 0, "\(result)")
      }
      try await IndexFiles(indexer).expectIntegrity()
    }

    @Test("Ten starts in the background at once all print their ids, and all complete")
    func starts() async throws {
      let indexer = try Indexer()
      for number in 0..<10 {
        for file in 0..<20 { try indexer.scratch.write("tree\(number)/file\(file).txt", "apple number\(number)") }
      }
      let crowd = try (0..<10).map { try indexer.spawn(["start", "--background", indexer.scratch.path("tree\($0)")]) }
      var ids: Set<String> = []
      for process in crowd {
        let result = try await process.end()
        expectClean(result)
        #expect(result.status == 0 && result.lines.count == 1, "\(result)")
        ids.formUnion(result.lines)
      }
      #expect(ids.count == 10)
      for id in ids {
        let job = try await indexer.wait(for: id, toBe: "completed")
        #expect(job.files.indexed == 20 && job.attempt == 1)
        #expect(try await indexer.moves(id) == [">queued", "queued>running", "running>completed"])
      }
      #expect(try await indexer.search("apple").paths.count == 200)
      try await indexer.waitForIdle()
      try await IndexFiles(indexer).expectIntegrity()
    }

    @Test(
      "P2: forty small jobs from eight shells, while a project is indexed at full speed: each claimed exactly once")
    func claimsWhileIndexing() async throws {
      let scratch = try Scratch("tree")
      var tree = try SampleTree(at: scratch.path("tree"), seed: 33, plain: 2_000, isOdd: false)
      for number in 0..<4 { try tree.addHuge("huge\(number).txt", megabytes: 40) }
      let indexer = try Indexer()
      for number in 0..<8 { try indexer.scratch.write("small\(number)/one.txt", "apple number\(number)") }
      let large = try await indexer.startInBackground(tree.root)
      try await indexer.wait(for: large, toBe: "running")
      var ids: [String] = []
      for _ in 0..<5 {
        let crowd = try (0..<8).map {
          try indexer.spawn(["start", "--background", indexer.scratch.path("small\($0)")])
        }
        for process in crowd {
          let result = try await process.end()
          expectClean(result)
          #expect(result.status == 0 && result.lines.count >= 1, "\(result)")
          ids.append(try #require(result.output.split(separator: "\n").last.map(String.init)))
        }
      }
      #expect(Set(ids).count == 40)
      #expect(try await indexer.job(large).status == "running", "the large job is still at work")
      for id in ids {
        let job = try await indexer.wait(for: id, toBe: "completed")
        #expect(job.attempt == 1 && job.files.found == 1)
        #expect(try await indexer.moves(id) == [">queued", "queued>running", "running>completed"])
      }
      #expect(try await indexer.wait(for: large, toBe: "completed").attempt == 1)
      try await indexer.waitForIdle()
      try await IndexFiles(indexer).expectIntegrity()
    }

    @Test("Ten calls of cron at once do no harm: one worker, one completion, events in order")
    func resumes() async throws {
      let scratch = try Scratch("tree")
      var tree = try SampleTree(at: scratch.path("tree"), seed: 31, plain: 500, isOdd: false)
      try tree.addHuge("zz-huge.txt", megabytes: 40)
      let indexer = try Indexer()
      let id = try await indexer.startInBackground(tree.root)
      try #require(try await poll(within: 30) { try await indexer.job(id).files.indexed > 0 })
      try await indexer.killWorkers()
      try #require(try await indexer.job(id).interrupted)

      let crowd = try (0..<10).map { _ in try indexer.spawn(["resume", "--interrupted"]) }
      for process in crowd {
        let result = try await process.end()
        expectClean(result)
        #expect(result.status == 0 && result.everything.isEmpty, "\(result)")
      }
      let job = try await indexer.wait(for: id, toBe: "completed")
      #expect(job.files.indexed == tree.files && job.attempt == 2, "\(job)")
      #expect(
        try await indexer.moves(id) == [">queued", "queued>running", "running>running", "running>completed"])
      try await IndexFiles(indexer).expectIntegrity()
      let doctor = try await indexer.run("doctor")
      #expect(doctor.status == 0, "\(doctor)")
    }

    @Test("Eight controls of one job at once leave a history that is a path through the state machine")
    func controls() async throws {
      let scratch = try Scratch("tree")
      var tree = try SampleTree(at: scratch.path("tree"), seed: 32, plain: 50, isOdd: false)
      try tree.addHuge("zz-huge.txt", megabytes: 60)
      let indexer = try Indexer()
      let id = try await indexer.startInBackground(tree.root)
      try await indexer.wait(for: id, toBe: "running")
      let crowd = try ["pause", "resume", "pause", "resume", "pause", "pause", "resume", "pause"].map {
        try indexer.spawn([$0, id])
      }
      for process in crowd {
        let result = try await process.end()
        expectClean(result)
        #expect(result.status == 0 || result.status == 4, "\(result)")
      }
      let moves = try await indexer.moves(id).map { $0.split(separator: ">", omittingEmptySubsequences: false) }
      #expect(zip(moves, moves.dropFirst()).allSatisfy { $0[1] == $1[0] }, "\(moves)")
      try await indexer.succeed("cancel", id)
      try await indexer.wait(for: id, toBe: "cancelled")
    }
  }
}
