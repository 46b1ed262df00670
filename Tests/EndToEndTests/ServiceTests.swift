import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("The service")
  struct Service {
    private let scratch: Scratch
    private let indexer: Indexer

    init() throws {
      scratch = try Scratch("service")
      for number in 0..<40 { try scratch.write("tree/f\(number).txt", "apple number\(number)\n") }
      indexer = try Indexer(variables: ["INDEXER_ROOTS": scratch.path])
    }

    private func tree(_ number: Int) throws -> String {
      try scratch.write("tree\(number)/one.txt", "pear \(number)\n")
      return scratch.path("tree\(number)")
    }

    @Test("P1: 202 names a job that is followed to its end, searched, and in the history; again is no second one")
    func ingest() async throws {
      let service = try await RunningService(indexer)
      let accepted = try await service.ingest(scratch.path("tree"), headers: ["Idempotency-Key": "once"])
      #expect(accepted.status == 202)
      let id = try accepted.text("id")
      #expect(accepted.headers["location"] == "/ingest/\(id)")
      #expect(try await service.ingest(scratch.path("tree"), headers: ["Idempotency-Key": "once"]).text("id") == id)
      let other = try await service.ingest(try tree(1), headers: ["Idempotency-Key": "once"])
      #expect(other.status == 409)
      try await service.wait(for: id, toBe: "completed")
      #expect(try await service.ask("/ingest/\(id)").status == 200)
      let found = try await service.ask("/search?q=apple&limit=100")
      #expect(try (found.json()["hits"] as? [Any])?.count == 40)
      let audit = try await service.ask("/audit?action=start")
      #expect(audit.body.contains("http:local@127.0.0.1") && audit.body.contains(id))
      #expect(try await service.ask("/audit?format=csv").body.hasPrefix("id,at,actor,action,"))
      // The shell sees the same job.
      #expect(try await indexer.job(id).status == "completed")
      #expect(try await indexer.jobs().count == 1)
    }

    @Test("A second job for a directory is refused with the first one's id, and a full queue with a time to come again")
    func refusals() async throws {
      let indexer = try Indexer(variables: ["INDEXER_ROOTS": scratch.path, "INDEXER_QUEUE_LIMIT": "2"])
      let service = try await RunningService(indexer, "--no-workers")
      let first = try await service.ingest(scratch.path("tree"))
      let again = try await service.ingest(scratch.path("tree"))
      #expect(try again.status == 409 && again.body.contains(first.text("id")))
      #expect(try await service.ask("/ingest/\(first.text("id"))").headers["retry-after"] != nil)
      #expect(try await service.ask("/ingest/\(first.text("id"))").status == 202)
      let second = try await service.ingest(try tree(1))
      #expect(try second.json()["queue_position"] as? Int == 2)
      let full = try await service.ingest(try tree(2))
      #expect(try full.status == 503 && full.headers["retry-after"] != nil && full.error().code == "queue_full")
      let events = try await service.events("/events?after=0", within: 1)
      #expect(events.contains { $0.contains("refused_duplicate") } && events.contains { $0.contains("refused_full") })
      // Nothing half-created.
      #expect(try await service.ask("/projects").json()["projects"] as? [Any] != nil)
      #expect(try await !service.ask("/projects").body.contains("tree2"))
    }

    @Test("Pause, resume, cancel and retry: legal moves, idempotent ones, and 409 with the status for the others")
    func control() async throws {
      let service = try await RunningService(indexer, "--no-workers")
      let id = try await service.ingest(scratch.path("tree")).text("id")
      for (verb, status, body) in [
        ("pause", 200, "\"status\":\"paused\""), ("pause", 200, "paused"), ("retry", 409, "paused"),
        ("resume", 200, "\"status\":\"queued\""), ("cancel", 200, "\"status\":\"cancelled\""),
        ("resume", 409, "cancelled"), ("pause", 409, "cancelled"),
      ] {
        let answer = try await service.ask("/jobs/\(id)/\(verb)", "POST")
        #expect(answer.status == status && answer.body.contains(body), "\(verb): \(answer.status) \(answer.body)")
      }
      #expect(indexer.workers.isEmpty, "a service without workers starts none")
      // What was refused is in the history as well.
      let audit = try #require(
        try await service.ask("/audit?action=resume").json()["events"] as? [[String: Any]])
      #expect(audit.first?["detail"] as? String == "refused, it is cancelled", "\(audit)")
      #expect(audit.first?["subject"] as? String == id)
    }

    @Test("A client that follows events and does not read them is dropped; nobody waits for it")
    func slowClient() async throws {
      let service = try await RunningService(indexer, "--no-workers")
      let port = try #require(UInt16(service.url.dropLast().split(separator: ":").last ?? ""))
      let client = try Self.connect(to: port)
      defer { close(client) }
      let request = "GET /events HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n"
      try #require(write(client, request, request.utf8.count) == request.utf8.count)
      func clients() async throws -> Int? {
        try await service.ask("/metrics").body.split(separator: "\n")
          .first { $0.hasPrefix("indexer_event_clients ") }.flatMap { Int($0.split(separator: " ").last!) }
      }
      #expect(try await poll(within: 20) { try await clients() == 1 })
      // More than the kernel's buffers and the service's own take together.
      _ = try await IndexFiles(indexer).rows(
        indexer.dataDirectory + "/queue.db",
        """
        WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
        INSERT INTO job_events (at, kind, actor, reason) SELECT 0, 'refused_full', 'test', printf('%020000d', i) FROM n
        """, readOnly: false)
      #expect(try await poll(within: 30) { try await clients() == 0 })
      #expect(try await service.ask("/ready").status == 200)
    }

    /// - Returns: a socket's descriptor.
    private static func connect(to port: UInt16) throws -> Int32 {
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      try #require(result == 0)
      return client
    }

    @Test("The list of jobs comes in pages, each job once, and is filtered")
    func pages() async throws {
      let service = try await RunningService(indexer, "--no-workers")
      var made: Set<String> = []
      for number in 0..<5 { made.insert(try await service.ingest(try tree(number)).text("id")) }
      var seen: [String] = []
      var cursor = ""
      repeat {
        let page = try await service.ask("/jobs?limit=2" + (cursor.isEmpty ? "" : "&cursor=\(cursor)")).json()
        seen += try #require(page["jobs"] as? [[String: Any]]).compactMap { $0["id"] as? String }
        cursor = page["next"] as? String ?? ""
      } while !cursor.isEmpty
      #expect(seen.count == 5 && Set(seen) == made)
      #expect(try await service.ask("/jobs?status=completed").body.contains("\"jobs\":[]"))
      #expect(try await service.ask("/jobs?project=tree3").json()["jobs"].map { ($0 as? [Any])?.count } == 1)
    }

    @Test("A client that comes again with the last id misses no event; a job's stream ends with the job")
    func events() async throws {
      let service = try await RunningService(indexer)
      let id = try await service.ingest(scratch.path("tree")).text("id")
      let all = try await service.events("/jobs/\(id)/events", within: 20)
      #expect(all.first?.contains("event: created") == true && all.last?.contains("\"to\":\"completed\"") == true)
      let ids = try all.map { frame in try #require(Int(frame.dropFirst(4).prefix { $0.isNumber })) }
      #expect(ids == ids.sorted() && Set(ids).count == ids.count)
      let rest = try await service.events("/jobs/\(id)/events", lastEvent: ids[0], within: 20)
      #expect(rest == Array(all.dropFirst()))
      #expect(try await service.ask("/jobs/\(id)/events", headers: ["Last-Event-ID": "\(ids.last!)"]).status == 204)
    }

    @Test("SIGTERM ends it within ten seconds with a client on the line, and its job goes back to the queue")
    func stop() async throws {
      let tree = try SampleTree(at: scratch.path("large"), seed: 5, plain: 6_000, isOdd: false)
      let service = try await RunningService(indexer)
      let id = try await service.ingest(tree.root).text("id")
      try await service.wait(for: id, toBe: "running")
      let curl = try ChildProcess(
        ["/usr/bin/curl", "-sN", "--max-time", "60", service.url + "events"], environment: ["PATH": "/usr/bin:/bin"],
        directory: scratch.path, scratch: scratch.path)
      try #require(try await poll(within: 10) { curl.outputSoFar.contains(":") })
      service.process.signal(SIGTERM)
      let result = try await service.process.end(within: 10)
      #expect(result.status == 0, "\(result.everything)")
      _ = try await curl.end(within: 10)
      let job = try await indexer.job(id)
      #expect(job.status == "queued" || job.status == "completed", "\(job)")
    }

    @Test("P1: a kill loses no job that was acknowledged; the next service goes on with it")
    func kill() async throws {
      var ids: [String] = []
      do {
        let service = try await RunningService(indexer)
        for number in 0..<8 { ids.append(try await service.ingest(try tree(number)).text("id")) }
        service.process.signal(SIGKILL)
        _ = try await service.process.end(within: 10)
      }
      let service = try await RunningService(indexer)
      for id in ids { try await service.wait(for: id, toBe: "completed") }
      #expect(try await service.ask("/search?q=pear&limit=100").json()["hits"].map { ($0 as? [Any])?.count } == 8)
    }

    @Test("Projects are made, chosen columns kept, sources indexed again, and removed with their name repeated")
    func projects() async throws {
      let service = try await RunningService(indexer)
      let made = try await service.ask("/projects", "POST", body: #"{"name":"a b/ü"}"#)
      #expect(made.status == 201)
      #expect(try await service.ask("/projects", "POST", body: #"{"name":"a b/ü"}"#).status == 409)
      let path = "/projects/a%20b%2F%C3%BC"
      #expect(try await service.ask(path).text("name") == "a b/ü")
      let chosen = try await service.ask(
        path + "/preferences", "PUT", body: #"{"searched":["region"],"context":["amount"]}"#)
      #expect(chosen.status == 200 && chosen.body.contains("region"))
      #expect(try await service.ask(path + "/preferences").body.contains("amount"))
      let id = try await service.ingest(scratch.path("tree")).text("id")
      try await service.wait(for: id, toBe: "completed")
      let again = try await service.ask("/projects/tree/reprocess", "POST", body: "{}")
      let jobs = try #require(try again.json()["jobs"] as? [[String: Any]])
      #expect(again.status == 202 && jobs.count == 1)
      let reread = try #require(jobs[0]["id"] as? String)
      try await service.wait(for: reread, toBe: "completed")
      // Unchanged files too.
      #expect(try await indexer.job(reread).files.indexed == 40)
      #expect(try await service.ask("/projects/tree/reprocess", "POST", body: #"{"sources":["99"]}"#).status == 404)
      #expect(try await service.ask(path, "DELETE").status == 400)
      #expect(try await service.ask(path + "?confirm=a%20b%2F%C3%BC", "DELETE").status == 200)
      #expect(try await service.ask(path).status == 404)
    }

    @Test("Tokens: none is needed on this machine, but where it is asked for; a read-only one changes nothing")
    func tokens() async throws {
      let away = try await indexer.spawn(["serve", "--host", "0.0.0.0", "--port", "0"]).end()
      #expect(away.status == 64 && away.errors.contains("tokens add"), "\(away.everything)")
      let full = try await indexer.succeed("tokens", "add", "full").output.trimmingCharacters(in: .newlines)
      let read = try await indexer.succeed("tokens", "add", "reader", "--read-only").output
        .trimmingCharacters(in: .newlines)
      #expect(try await indexer.run("tokens", "add", "full").status == 4)
      let service = try await RunningService(indexer, "--require-token")
      let bearer = { (token: String) in ["Authorization": "Bearer \(token)"] }
      #expect(try await service.ask("/jobs").status == 401)
      #expect(try await service.ask("/jobs").headers["www-authenticate"] == "Bearer")
      #expect(try await service.ask("/jobs", headers: bearer("indexer_wrong")).status == 401)
      #expect(try await service.ask("/jobs", headers: ["Authorization": "Basic x"]).status == 401)
      #expect(try await service.ask("/jobs", headers: bearer(read)).status == 200)
      #expect(try await service.ask("/", headers: [:]).status == 200)
      #expect(try await service.ingest(scratch.path("tree"), headers: bearer(read)).status == 403)
      #expect(try await service.ingest(scratch.path("tree"), headers: bearer(full)).status == 202)
      #expect(try await service.ask("/audit", headers: bearer(full)).body.contains("http:full@127.0.0.1"))
      try await indexer.succeed("tokens", "revoke", "full")
      #expect(try await service.ask("/jobs", headers: bearer(full)).status == 401)
      // The token itself is nowhere.
      let files = try FileManager.default.subpathsOfDirectory(atPath: indexer.dataDirectory)
      for file in files {
        let bytes = FileManager.default.contents(atPath: "\(indexer.dataDirectory)/\(file)") ?? Data()
        #expect(bytes.range(of: Data(read.utf8)) == nil, "\(file)")
      }
    }

    @Test("P12: other sites, other names, and directories outside of the roots are refused, through links too")
    func strangers() async throws {
      let service = try await RunningService(indexer)
      #expect(try await service.ask("/jobs", headers: ["Origin": "http://evil.example"]).status == 403)
      #expect(try await service.ask("/jobs", headers: ["Origin": "null"]).status == 403)
      #expect(try await service.ask("/jobs", headers: ["Origin": String(service.url.dropLast())]).status == 200)
      let curl = try await ChildProcess(
        [
          "/usr/bin/curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: evil.example",
          service.url + "jobs",
        ],
        environment: [:], directory: scratch.path, scratch: scratch.path
      ).end()
      #expect(curl.output == "403", "\(curl.everything)")
      try FileManager.default.createSymbolicLink(atPath: scratch.path("link"), withDestinationPath: "/etc")
      for name in ["127.evil.example", "127.0.0.1.evil.example"] {
        #expect(try await service.ask("/jobs", headers: ["Origin": "http://\(name)"]).status == 403)
        let curl = try await ChildProcess(
          [
            "/usr/bin/curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: \(name)", service.url + "jobs",
          ],
          environment: [:], directory: scratch.path, scratch: scratch.path
        ).end()
        #expect(curl.output == "403", "\(name)")
      }
      // Nobody learns what is there outside.
      for directory in ["/etc/shadow", "/etc/nothing-of-this-name"] {
        #expect(try await service.ingest(directory).status == 403, "\(directory)")
      }
      for directory in ["/etc", scratch.path + "/../..", scratch.path("link"), "/"] {
        let answer = try await service.ingest(directory)
        #expect(try answer.status == 403 && answer.error().code == "forbidden", "\(directory): \(answer.body)")
      }
      #expect(try await service.ingest(scratch.path("nowhere")).status == 422)
    }

    @Test("Bad input is a 4xx of the one shape, and never a 500")
    func badInput() async throws {
      let service = try await RunningService(indexer, "--no-workers")
      let deep = String(repeating: "[", count: 20_000)
      for (method, path, body, status) in [
        ("GET", "/nowhere", nil, 404), ("GET", "/jobs/%00", nil, 400), ("GET", "/jobs/..%2f..%2fetc", nil, 404),
        ("GET", "/jobs/%FF", nil, 400), ("GET", "/jobs?limit=0", nil, 400), ("GET", "/jobs?limit=1&limit=2", nil, 400),
        ("GET", "/jobs?colour=red", nil, 400), ("GET", "/jobs?cursor=x", nil, 400),
        ("GET", "/jobs?status=odd", nil, 400),
        ("GET", "/jobs?project=none", nil, 404), ("GET", "/search", nil, 400), ("GET", "/search?q=%22", nil, 400),
        ("GET", "/search?q=a&kind=odd", nil, 400), ("GET", "/events?after=-1", nil, 400),
        ("POST", "/ingest", "", 400), ("POST", "/ingest", "[]", 400), ("POST", "/ingest", "{\"directory\":1}", 400),
        ("POST", "/ingest", "{\"directory\":\"a\\u0000b\"}", 400), ("POST", "/ingest", "{\"directory\":\"rel\"}", 400),
        ("POST", "/ingest", "{\"dir\":\"/tmp\"}", 400), ("POST", "/ingest", deep, 400), ("POST", "/ingest", "{}", 400),
        ("POST", "/ingest", "{\"source\":\"x\"}", 404),
        ("POST", "/ingest", "{\"directory\":\"/tmp\",\"priority\":1.5}", 400),
        ("POST", "/ingest", String(repeating: " ", count: 70_000), 413), ("PUT", "/jobs", "{}", 405),
        ("DELETE", "/search", nil, 405), ("POST", "/projects", "{\"name\":\"\"}", 400),
        ("POST", "/jobs/nowhere/pause", nil, 404), ("GET", "/audit?action=odd", nil, 400),
      ] as [(String, String, String?, Int)] {
        let answer = try await service.ask(path, method, body: body)
        #expect(answer.status == status, "\(method) \(path) \(body?.prefix(40) ?? ""): \(answer.status) \(answer.body)")
        _ = try answer.error()
        if status == 405 { #expect(answer.headers["allow"]?.isEmpty == false) }
      }
    }

    @Test("Health, readiness, figures, the description of the API, and the page, which takes nothing from elsewhere")
    func operations() async throws {
      let service = try await RunningService(indexer)
      #expect(try await service.ask("/health").text("status") == "ok")
      #expect(try await service.ask("/ready").text("status") == "ready")
      let head = try await ChildProcess(
        ["/usr/bin/curl", "-sI", service.url + "health", service.url + "ready"], environment: [:],
        directory: scratch.path, scratch: scratch.path
      ).end()
      #expect(head.output.components(separatedBy: "200 OK").count == 3 && !head.output.contains("{"), "\(head.output)")
      let id = try await service.ingest(scratch.path("tree")).text("id")
      try await service.wait(for: id, toBe: "completed")
      let figures = try await service.ask("/metrics").body
      for line in [
        "indexer_jobs{status=\"completed\"} 1", "indexer_files{outcome=\"indexed\"} 40", "indexer_queue_depth 0",
        "indexer_http_requests_total{method=\"POST\",route=\"/ingest\",status=\"202\"} 1",
      ] {
        #expect(figures.contains(line), "\(line)")
      }
      for line in figures.split(separator: "\n") where !line.hasPrefix("#") {
        #expect(
          try Regex(#"[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [0-9.e+-]+"#).wholeMatch(in: String(line)) != nil, "\(line)")
      }
      let paths = try #require(try await service.ask("/openapi.json").json()["paths"] as? [String: Any])
      for path in paths.keys {
        let probe = path.replacingOccurrences(of: "{id}", with: "x").replacingOccurrences(of: "{project}", with: "x")
        let answer = try await service.ask(probe, "PATCH")
        #expect(answer.status == 405, "\(path) is described, and is not there: \(answer.status)")
      }
      let page = try await service.ask("/")
      let policy = try #require(page.headers["content-security-policy"])
      #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
      #expect(!page.body.contains("http://") && !page.body.contains("https://") && !page.body.contains("style="))
      for file in ["/page.css", "/page.js"] { #expect(try await service.ask(file).status == 200) }
    }
  }
}
