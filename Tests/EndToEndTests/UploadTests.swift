import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("Uploaded files")
  struct Uploads {
    private let indexer: Indexer
    private let service: RunningService

    init() async throws {
      indexer = try Indexer(variables: ["INDEXER_MAX_UPLOAD": "100K"])
      service = try await RunningService(indexer)
      let made = try await service.ask("/projects", "POST", body: #"{"name":"papers"}"#)
      try #require(made.status == 201)
    }

    private func upload(_ text: String, as name: String, label: String? = nil) async throws -> RunningService.Answer {
      try await service.upload(text, as: name, to: "papers", label: label)
    }

    /// Uploads, and waits until it is indexed.
    private func index(_ text: String, as name: String) async throws {
      let answer = try await upload(text, as: name)
      try #require(answer.status == 202, "\(answer.body)")
      let job = try #require(answer.json()["job"] as? [String: Any])
      try await service.wait(for: try #require(job["id"] as? String), toBe: "completed")
    }

    private func paths(of query: String) async throws -> [String] {
      let hits = try await service.ask("/search?q=\(query)&project=papers").json()["hits"] as? [[String: Any]]
      return try #require(hits).compactMap { $0["path"] as? String }
    }

    private func stored() throws -> [String] {
      let projects = indexer.dataDirectory + "/projects"
      return try FileManager.default.subpathsOfDirectory(atPath: projects)
        .filter { $0.contains("/uploads/") && !$0.hasSuffix("/uploads") }
    }

    @Test("A file is found under its own name, is not stale, and its columns are told; its name is no path")
    func upload() async throws {
      let answer = try await upload("region,amount\nNord,12\nSüd,7\n", as: "sales.csv", label: "first")
      #expect(answer.status == 202, "\(answer.body)")
      let source = try #require(answer.json()["source"] as? [String: Any])
      let version = try #require(source["version"] as? [String: Any])
      #expect(source["path"] as? String == "upload:/sales.csv" && source["kind"] as? String == "upload")
      #expect(version["kind"] as? String == "csv" && version["label"] as? String == "first")
      let tables = try #require(version["tables"] as? [[String: Any]])
      #expect(tables.first?["columns"] as? [String] == ["region", "amount"])
      let job = try #require((answer.json()["job"] as? [String: Any])?["id"] as? String)
      try await service.wait(for: job, toBe: "completed")
      let hits = try await service.ask("/search?q=nord").json()["hits"] as? [[String: Any]]
      let hit = try #require(hits?.first)
      #expect(hit["path"] as? String == "upload:/sales.csv" && hit["stale"] as? Bool == false)
      #expect(try await paths(of: "nord+path:*.csv") == ["upload:/sales.csv"])
      #expect(try stored().allSatisfy { !$0.contains("sales") })
      let why = try await indexer.succeed("why", "upload:/sales.csv")
      #expect(why.output.contains("indexed (csv"), "\(why.output)")
    }

    @Test("Another version takes the place of the first; the same bytes again are recognised")
    func versions() async throws {
      try await index("apple\n", as: "a%20b.txt")
      try await index("pear\n", as: "a%20b.txt")
      #expect(try await paths(of: "apple").isEmpty)
      #expect(try await paths(of: "pear") == ["upload:/a b.txt"])
      let again = try await upload("pear\n", as: "a%20b.txt")
      #expect(again.status == 200 && again.body.contains("\"is_known\":true"), "\(again.body)")
      let versions =
        try await service.ask("/projects/papers/sources/a%20b.txt").json()["versions"] as? [[String: Any]]
      #expect(versions?.compactMap { $0["number"] as? Int } == [2, 1])
      let kept = try stored()
      #expect(kept.count == 2 && kept.contains { $0.hasSuffix("/2") }, "the bytes of the first are gone: \(kept)")
      let found = try await service.ask("/search?q=pear").body
      #expect(found.contains("\"stale\":false"))
    }

    @Test("Taken out: no search finds it, its bytes are gone, and it may come again")
    func removal() async throws {
      try await index("apple\n", as: "one.txt")
      try await index("apple\n", as: "two.txt")
      let gone = try await service.ask("/projects/papers/sources/one.txt", "DELETE")
      #expect(gone.status == 200, "\(gone.body)")
      #expect(try await paths(of: "apple") == ["upload:/two.txt"])
      #expect(try stored().count == 2)
      #expect(try await service.ask("/projects/papers/sources/one.txt").status == 404)
      #expect(try await service.ask("/projects/papers/sources/one.txt", "DELETE").status == 404)
      let job = try #require((gone.json()["job"] as? [String: Any])?["id"] as? String)
      try await service.wait(for: job, toBe: "completed")
      #expect(try await paths(of: "apple") == ["upload:/two.txt"])
      try await index("apple again\n", as: "one.txt")
      #expect(try await paths(of: "again") == ["upload:/one.txt"])
      let audit = try await service.ask("/audit").body
      #expect(audit.contains("remove_source") && audit.contains("\"upload\""))
      // What was kept for the queue is what the doctor thinks well of.
      try await indexer.succeed("doctor")
    }

    @Test("What was taken out stays out after a rollback, and out of what is built upon that; it is not exported")
    func rollback() async throws {
      try await index("apple one\n", as: "one.txt")
      try await index("apple two\n", as: "two.txt")
      let two = try #require(
        (try await service.ask("/projects/papers/sources/two.txt").json()["source"] as? [String: Any])?["id"] as? String
      )
      func snapshot() async throws {
        let job = try await service.ask("/ingest", "POST", body: #"{"source":"\#(two)","build":"snapshot"}"#)
        try await service.wait(for: try job.text("id"), toBe: "completed")
      }
      try await snapshot()
      let gone = try await service.ask("/projects/papers/sources/one.txt", "DELETE")
      let job = try #require((gone.json()["job"] as? [String: Any])?["id"] as? String)
      try await service.wait(for: job, toBe: "completed")
      #expect(try await paths(of: "apple") == ["upload:/two.txt"])
      try await indexer.succeed("snapshots", "rollback", "--project", "papers")
      #expect(try await paths(of: "apple") == ["upload:/two.txt"])
      try await snapshot()
      #expect(try await paths(of: "apple") == ["upload:/two.txt"])
      let export = try await indexer.run("snapshots", "export", "--project", "papers", indexer.scratch.path("x.tar"))
      #expect(export.status == 4 && export.everything.contains("taken out"), "\(export)")
    }

    @Test("While its job is at work it is not taken out: 409 with the job's id; and it is once that is cancelled")
    func atWork() async throws {
      let indexer = try Indexer()
      let service = try await RunningService(indexer)
      _ = try await service.ask("/projects", "POST", body: #"{"name":"papers"}"#)
      let text = String(repeating: "some words of a long text that takes a while to be read\n", count: 600_000)
      let answer = try await service.upload(text, as: "long.txt", to: "papers")
      let job = try #require((answer.json()["job"] as? [String: Any])?["id"] as? String, "\(answer.status)")
      try await service.wait(for: job, toBe: "running")
      let held = try await service.ask("/projects/papers/sources/long.txt", "DELETE")
      #expect(held.status == 409 && held.body.contains(job), "\(held.status) \(held.body)")
      #expect(try await service.ask("/jobs/\(job)/cancel", "POST").status == 200)
      try await service.wait(for: job, toBe: "cancelled")
      #expect(try await service.ask("/projects/papers/sources/long.txt", "DELETE").status == 200)
    }

    @Test("Too large, of a kind that is not read, with a name that is none, or nowhere: 4xx, and nothing is left")
    func refusals() async throws {
      let large = try await upload(String(repeating: "word ", count: 30_000), as: "large.txt")
      #expect(try large.status == 413 && large.error().message.contains("INDEXER_MAX_UPLOAD"), "\(large.body)")
      let binary = try await upload("\u{0}\u{1}\u{2}\u{0}", as: "blob.bin")
      #expect(try binary.status == 415 && binary.error().code == "unsupported_type", "\(binary.body)")
      for name in ["%2E%2E", "a%2Fb", "a%00b", "%0A", String(repeating: "x", count: 256)] {
        let answer = try await upload("text\n", as: name)
        #expect(answer.status == 400 || answer.status == 404, "\(name): \(answer.status) \(answer.body)")
      }
      let nowhere = try await service.upload("text\n", as: "a.txt", to: "nowhere")
      #expect(nowhere.status == 404)
      let sources = try await service.ask("/projects/papers/sources").json()["sources"] as? [Any]
      #expect(sources?.isEmpty == true)
      #expect(try stored().isEmpty)
      let staged = try FileManager.default.contentsOfDirectory(atPath: indexer.dataDirectory + "/staging")
      #expect(staged.isEmpty, "\(staged)")
    }

    @Test("A full queue refuses an upload before anything of it is kept")
    func fullQueue() async throws {
      let indexer = try Indexer(variables: ["INDEXER_QUEUE_LIMIT": "1"])
      let service = try await RunningService(indexer, "--no-workers")
      _ = try await service.ask("/projects", "POST", body: #"{"name":"p"}"#)
      #expect(try await service.upload("one\n", as: "one.txt", to: "p").status == 202)
      // What waits already reads the newest: no other job is needed.
      #expect(try await service.upload("one more\n", as: "one.txt", to: "p").status == 202)
      let full = try await service.upload("two\n", as: "two.txt", to: "p")
      #expect(try full.status == 503 && full.error().code == "queue_full")
      #expect(try await service.ask("/projects/p/sources").body.contains("two.txt") == false)
    }

    @Test("P1: a file that was acknowledged survives a kill; a backup has it, and gives it back")
    func kill() async throws {
      let answer = try await upload("quince\n", as: "kept.txt")
      #expect(answer.status == 202)
      service.process.signal(SIGKILL)
      _ = try await service.process.end()
      let next = try await RunningService(indexer)
      let job = try #require((answer.json()["job"] as? [String: Any])?["id"] as? String)
      try await next.wait(for: job, toBe: "completed")
      #expect(try await next.ask("/search?q=quince").body.contains("upload:/kept.txt"))
      let copy = indexer.scratch.path("copy")
      try await indexer.succeed("backup", copy)
      let restored = try Indexer(dataDirectory: copy)
      let again = try await RunningService(restored)
      let reprocessed = try await again.ask("/projects/papers/reprocess", "POST", body: "{}")
      #expect(reprocessed.status == 202)
      let jobs = try #require(reprocessed.json()["jobs"] as? [[String: Any]])
      try await again.wait(for: try #require(jobs.first?["id"] as? String), toBe: "completed")
      #expect(try await again.ask("/search?q=quince").body.contains("\"stale\":false"))
    }

    @Test("Only kinds that are taken are taken, and they are told by content, not by name")
    func kinds() async throws {
      let indexer = try Indexer(variables: ["INDEXER_UPLOAD_KINDS": "csv,markdown"])
      let service = try await RunningService(indexer, "--no-workers")
      _ = try await service.ask("/projects", "POST", body: #"{"name":"p"}"#)
      #expect(try await service.upload("a,b\n1,2\n", as: "t.csv", to: "p").status == 202)
      #expect(try await service.upload("# Title\n", as: "t.md", to: "p").status == 202)
      #expect(try await service.upload("%PDF-1.4\n", as: "t2.csv", to: "p").status == 415)
      #expect(try await service.upload("print(1)\n", as: "t.py", to: "p").status == 415)
    }
  }
}
