import Foundation
import IndexModel
import Indexing
import TestSupport
import Testing

/// One way to the program. Each is asked the same, and must answer the same.
private protocol FrontEnd: Sendable {
  /// - Returns: the JSON of the answer, or of the error.
  func ask(_ question: Question) async throws -> Data
}

/// What every front end can be asked.
private enum Question: Sendable {
  case start(String)
  case job(String)
  case jobs
  case control(String, String)
  case search(String, project: String?)
  case projects
  case preferences(String, searched: [String])
  case remove(String)
  case audit
}

private struct Shell: FrontEnd {
  let indexer: Indexer

  func ask(_ question: Question) async throws -> Data {
    let words =
      switch question {
      case .start(let directory): ["start", "--background", "--no-duplicate", directory]
      case .job(let id): ["status", id]
      case .jobs: ["jobs"]
      case .control(let verb, let id): [verb, id]
      case .search(let query, let project): ["search", query] + (project.map { ["--project", $0] } ?? [])
      case .projects: ["projects"]
      case .preferences(let project, let searched):
        ["preferences", "--project", project] + searched.flatMap { ["--search", $0] }
      case .remove(let project): ["projects", "remove", "--yes", project]
      case .audit: ["audit"]
      }
    let result = try await indexer.spawn(words + ["--json"]).end()
    expectClean(result)
    return Data(result.output.utf8)
  }
}

private struct Web: FrontEnd {
  let service: RunningService

  func ask(_ question: Question) async throws -> Data {
    func path(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: .alphanumerics)! }
    let answer =
      switch question {
      case .start(let directory): try await service.ingest(directory)
      case .job(let id): try await service.ask("/jobs/\(id)")
      case .jobs: try await service.ask("/jobs")
      case .control(let verb, let id): try await service.ask("/jobs/\(id)/\(verb)", "POST")
      case .search(let query, let project):
        try await service.ask("/search?q=\(path(query))" + (project.map { "&project=\(path($0))" } ?? ""))
      case .projects: try await service.ask("/projects")
      case .preferences(let project, let searched):
        try await service.ask(
          "/projects/\(path(project))/preferences", "PUT",
          body: String(decoding: try JSONEncoder().encode(["searched": searched]), as: UTF8.self))
      case .remove(let project):
        try await service.ask("/projects/\(path(project))?confirm=\(path(project))", "DELETE")
      case .audit: try await service.ask("/audit")
      }
    return Data(answer.body.utf8)
  }
}

private struct Facade: FrontEnd {
  let service: IndexingService

  private struct Jobs: Encodable { var jobs: [JobReport] }
  private struct Projects: Encodable { var projects: [ProjectReport] }
  private struct Removed: Encodable { var removed: String }
  private struct Audit: Encodable { var events: [AuditEvent] }

  func ask(_ question: Question) async throws -> Data {
    do {
      return try answer(question)
    } catch let error as IndexerError {
      return try JSONContract.encode(ErrorReport(error))
    }
  }

  private func answer(_ question: Question) throws -> Data {
    switch question {
    case .start(let directory):
      return try JSONContract.encode(
        service.start(StartRequest(directory: directory, refuseDuplicate: true, requestedBy: "test")).job)
    case .job(let id): return try JSONContract.encode(service.job(id))
    case .jobs: return try JSONContract.encode(Jobs(jobs: service.jobs(limit: 50)))
    case .control(let verb, let id):
      return try JSONContract.encode(
        service.control(#require(ControlRequest(rawValue: verb)), id, actor: "test", startingWorker: false))
    case .search(let query, let project):
      return try JSONContract.encode(service.search(SearchRequest(query: query, projects: project.map { [$0] } ?? [])))
    case .projects: return try JSONContract.encode(Projects(projects: service.projects()))
    case .preferences(let project, let searched):
      return try JSONContract.encode(
        service.setPreferences(ColumnPreferences(searched: searched, context: []), of: project, actor: "test"))
    case .remove(let project):
      try service.removeProject(project, actor: "test")
      return try JSONContract.encode(Removed(removed: project))
    case .audit: return try JSONContract.encode(Audit(events: service.audit(AuditFilter(limit: 100))))
    }
  }
}

extension EndToEnd {
  @Suite("One contract for every front end")
  struct Contract {
    enum Way: String, CaseIterable { case shell, web, facade }

    /// What a front end answered, by the step of the story.
    private typealias Answers = [(step: String, json: [String: Any])]

    @Test("The shell, HTTP and the facade answer in the same shapes, with the same codes, and do the same")
    func same() async throws {
      let expected = try await Self.story(.facade)
      for way in [Way.shell, .web] {
        let answers = try await Self.story(way)
        #expect(answers.map(\.step) == expected.map(\.step))
        for (answer, other) in zip(answers, expected) {
          let (ours, theirs) = (Self.shape(answer.json), Self.shape(other.json))
          // Lists have pages over HTTP.
          let more: Set<String> = ["jobs", "audit"].contains(answer.step) && way == .web ? ["next: null"] : []
          #expect(ours == theirs.union(more), "\(way), \(answer.step): \(answer.json)")
        }
      }
    }

    private static func story(_ way: Way) async throws -> Answers {
      let scratch = try Scratch("contract")
      for number in 0..<5 { try scratch.write("tree/f\(number).txt", "apple \(number)\n") }
      let indexer = try Indexer(variables: ["INDEXER_ROOTS": scratch.path])
      try await indexer.succeed("jobs")
      // As if a worker were up, so that no verb starts one.
      let lock = open(indexer.dataDirectory + "/locks/worker.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      try #require(flock(lock, LOCK_EX | LOCK_NB) == 0)
      defer { close(lock) }
      let front: any FrontEnd =
        switch way {
        case .shell: Shell(indexer: indexer)
        case .web: Web(service: try await RunningService(indexer, "--no-workers"))
        case .facade: Facade(service: try IndexingService(Settings(dataDirectory: indexer.dataDirectory)))
        }
      var answers: Answers = []
      @discardableResult
      func ask(_ step: String, _ question: Question) async throws -> [String: Any] {
        let data = try await front.ask(question)
        let json = try #require(
          try JSONSerialization.jsonObject(with: data) as? [String: Any],
          "\(way), \(step): \(String(decoding: data, as: UTF8.self))")
        answers.append((step, json))
        return json
      }
      let tree = scratch.path("tree")
      let id = try #require(try await ask("start", .start(tree))["id"] as? String, "\(answers)")
      try await ask("duplicate", .start(tree))
      try await ask("unknown", .job("00000000-0000-7000-8000-000000000000"))
      for verb in ["pause", "pause", "resume", "cancel", "resume"] { try await ask(verb, .control(verb, id)) }
      let second = try #require(try await ask("again", .start(tree))["id"] as? String)
      flock(lock, LOCK_UN)
      try await indexer.succeed("worker", "--idle", "0")
      try #require(flock(lock, LOCK_EX | LOCK_NB) == 0)
      #expect(try await ask("done", .job(second))["status"] as? String == "completed")
      try await ask("jobs", .jobs)
      #expect((try await ask("search", .search("apple", project: nil))["hits"] as? [Any])?.count == 5)
      try await ask("bad query", .search("\"", project: nil))
      try await ask("no such project", .search("apple", project: "none"))
      try await ask("preferences", .preferences("tree", searched: ["region"]))
      try await ask("projects", .projects)
      try await ask("remove", .remove("tree"))
      try await ask("remove again", .remove("tree"))
      let audit = try await ask("audit", .audit)
      let actions = try #require(audit["events"] as? [[String: Any]]).compactMap { $0["action"] as? String }
      #expect(
        actions.reversed() == [
          "start", "pause", "pause", "resume", "cancel", "resume", "start", "set_preferences", "remove_project",
        ], "\(way): \(actions)")
      return answers
    }

    /// Keys with the kinds of their values; of errors the code, of jobs the status, of lists what is in them.
    private static func shape(_ value: Any, at path: String = "") -> Set<String> {
      switch value {
      case let object as [String: Any]:
        return object.reduce(into: []) { shapes, entry in
          let key = path.isEmpty ? entry.key : "\(path).\(entry.key)"
          if ["code", "status", "kind", "snippet"].contains(entry.key), let word = entry.value as? String {
            shapes.insert("\(key): \(word)")
          } else {
            shapes.formUnion(shape(entry.value, at: key))
          }
        }
      case let list as [Any]: return list.reduce(into: ["\(path): list"]) { $0.formUnion(shape($1, at: path + "[]")) }
      case is NSNull: return ["\(path): null"]
      case is String: return ["\(path): text"]
      default: return ["\(path): number"]
      }
    }
  }
}
