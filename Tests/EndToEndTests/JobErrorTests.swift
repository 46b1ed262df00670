import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("Refusals")
  struct JobErrors {
    @Test("An unknown id is not found, exit 3, in every verb that takes one")
    func unknownID() async throws {
      let indexer = try Indexer()
      for verb in ["status", "events", "pause", "resume", "cancel"] {
        for id in ["0199a3f2-aaaa-7000-8000-000000000000", "deadbeef", "no-such-job", "%", "';--"] {
          let plain = try await indexer.run(verb, id)
          #expect(plain.status == 3 && plain.output.isEmpty, "\(plain)")
          #expect(plain.errors.hasPrefix("indexer: ") && plain.errors.contains(id), "\(plain)")
          #expect(plain.errors.contains("indexer jobs"), "what to do: \(plain)")
          let json = try await indexer.run(verb, id, "--json")
          #expect(json.status == 3 && json.errors.isEmpty)
          #expect(try ErrorView.decode(json.output).code == "not_found")
        }
      }
    }

    @Test("An illegal move is a conflict, exit 4, that names the status; asking for what is so already succeeds")
    func illegalMoves() async throws {
      let scratch = try Scratch("tree")
      try scratch.write("a/one.txt", "words")
      let indexer = try Indexer()
      try await indexer.succeed("start", scratch.path("a"))
      let id = try #require(try await indexer.jobs().first).id
      for verb in ["pause", "resume", "cancel"] {
        let plain = try await indexer.run(verb, id)
        #expect(plain.status == 4 && plain.errors.contains("completed") && plain.errors.contains(id), "\(plain)")
        let json = try await indexer.run(verb, id, "--json")
        #expect(json.status == 4)
        #expect(try ErrorView.decode(json.output).code == "conflict")
      }
      #expect(try await indexer.moves(id) == [">queued", "queued>running", "running>completed"])
      // A beginning of the id is enough, and one that fits several jobs is not.
      try await indexer.succeed("start", scratch.path("a"))
      #expect(try await indexer.job(String(id.prefix(18))).id == id)
      let ambiguous = try await indexer.run("status", String(id.prefix(4)))
      #expect(ambiguous.status == 3 && ambiguous.errors.contains("more"), "\(ambiguous)")
    }

    @Test("A second job for a directory warns and names the first; with --no-duplicate it is refused with 4")
    func duplicates() async throws {
      let scratch = try Scratch("tree")
      var tree = try SampleTree(at: scratch.path("tree"), seed: 4, plain: 20, isOdd: false)
      try tree.addHuge("zz-huge.txt", megabytes: 60)
      let indexer = try Indexer()
      let id = try await indexer.startInBackground(tree.root)
      let refused = try await indexer.run("start", "--background", "--no-duplicate", tree.root)
      #expect(refused.status == 4 && refused.errors.contains(id) && refused.output.isEmpty, "\(refused)")
      let second = try await indexer.run("start", "--background", tree.root)
      #expect(second.status == 0 && second.errors.contains("warning") && second.errors.contains(id), "\(second)")
      #expect(second.lines.count == 1)
      try await indexer.succeed("cancel", second.lines[0])
      try await indexer.succeed("cancel", id)
    }

    @Test("A source inside another of the same project is a conflict")
    func sourceInSource() async throws {
      let scratch = try Scratch("tree")
      try scratch.write("a/inner/one.txt", "apple")
      try scratch.write("b/two.txt", "banana")
      let indexer = try Indexer()
      try await indexer.succeed("start", scratch.path("a"), "--project", "p")
      let inner = try await indexer.run("start", scratch.path("a/inner"), "--project", "p")
      #expect(inner.status == 4 && inner.errors.contains(scratch.path("a")), "\(inner)")
      try await indexer.succeed("start", scratch.path("b"), "--project", "p")
      #expect(try await indexer.search("banana").hits.count == 1)
      #expect(try await indexer.search("apple").hits.count == 1)
    }

    @Test("The queue's limit is exit 5 and says what to do")
    func queueFull() async throws {
      let scratch = try Scratch("tree")
      try scratch.write("a/one.txt", "words")
      let indexer = try Indexer(variables: ["INDEXER_QUEUE_LIMIT": "1", "INDEXER_WORKERS": "1"])
      var tree = try SampleTree(at: scratch.path("tree"), seed: 4, plain: 20, isOdd: false)
      try tree.addHuge("zz-huge.txt", megabytes: 60)
      let first = try await indexer.startInBackground(tree.root)
      try await indexer.wait(for: first, toBe: "running")
      let waiting = try await indexer.startInBackground(scratch.path("a"))
      let full = try await indexer.run("start", "--background", scratch.path("a"))
      #expect(full.status == 5 && full.errors.contains("INDEXER_QUEUE_LIMIT"), "\(full)")
      for id in [waiting, first] { try await indexer.succeed("cancel", id) }
    }

    @Test(
      "What cannot be parsed is exit 64",
      arguments: [
        ["frobnicate"], ["start", "--max-file-size", "lots"], ["search"], ["pause"], ["status", "--files", "odd"],
      ])
    func usage(arguments: [String]) async throws {
      let indexer = try Indexer()
      let result = try await indexer.spawn(arguments).end()
      expectClean(result)
      #expect(result.status == 64 && result.errors.hasPrefix("indexer: "), "\(result)")
    }
  }
}
