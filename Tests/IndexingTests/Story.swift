import Dispatch
import Foundation
import GRDB
import IndexModel
import Jobs
import Projects
import SQLiteStore
import Synchronization
import Testing

@testable import Indexing

/// What a user does with two trees, from the first start to the last cancellation. Told again after a kill, it goes on
/// where it was cut off; so the end is the same wherever that was.
struct Story: Codable, Sendable {
  /// Indexed, changed, and indexed again with a pause in the middle; then as snapshots, one of which is cancelled and one
  /// taken back, and brought to another project; at last made anew, when its project has another source.
  var tree: String
  /// Indexed into the project of the first tree.
  var side: String
  /// Files are uploaded to its project too, one of them in two versions and one to be taken out again.
  /// Indexed twice and cancelled twice, the second time when the worker is gone.
  var other: String
  var data: String
  /// In the first tree.
  var files: Int

  /// What the user does, one after another.
  enum Part: String, CaseIterable, Codable, Sendable {
    case indexing, pausing, resuming, building, returning, rebuilding, uploading, cancelling, losing
  }

  /// A point that the program comes to, in one part of the story.
  struct Moment: Hashable, Codable, Sendable {
    var part: Part
    var point: IndexHooks.Point
  }

  /// Makes the trees in a new directory.
  ///
  /// - Parameter others: the files of the other tree.
  init(in scratch: String, files: Int, others: Int = 5) throws {
    tree = scratch + "/tree"
    side = scratch + "/side"
    other = scratch + "/other"
    data = scratch + "/data"
    self.files = files
    for number in 0..<files {
      try Self.write("file number \(number)\nword\(number) shared\n", to: "\(tree)/d\(number % 7)/f\(number).txt")
    }
    for number in 0..<5 { try Self.write("beside \(number)\n", to: "\(side)/s\(number).txt") }
    for number in 0..<others { try Self.write("other \(number)\n", to: "\(other)/g\(number).txt") }
  }

  /// - Parameter reached: called at every moment, before the story's own acts.
  func tell(_ reached: @escaping @Sendable (Moment) -> Void = { _ in }) async throws {
    let service = try service(during: .indexing, reached)
    try await run(try job(1, of: tree, service), service)

    try changeTree()
    let paused = try job(2, of: tree, service)
    let pausing = try self.service(during: .pausing, reached, atFirst: .committed) {
      _ = try service.control(.pause, paused, actor: "user")
    }
    try await run(paused, pausing)
    let resuming = try self.service(during: .resuming, reached)
    try resume(paused, resuming)
    try await run(paused, resuming)

    try await build(reached)
    try bringBack(reached)
    let again = try self.service(during: .returning, reached)
    try await run(try job(6, of: tree, again), again)

    let rebuilding = try self.service(during: .rebuilding, reached)
    try await run(try job(1, of: side, rebuilding), rebuilding)
    try await run(try job(7, of: tree, rebuilding, .rebuild), rebuilding)

    try await upload(reached)

    let first = try self.service(during: .cancelling, reached)
    let cancelled = try job(1, of: other, first)
    if try first.job(cancelled).attempt == 0 {
      let cancelling = try self.service(during: .cancelling, reached, atFirst: .planned) {
        _ = try first.control(.cancel, cancelled, actor: "user")
      }
      try await run(cancelled, cancelling)
    }
    _ = try first.control(.cancel, cancelled, actor: "user")

    let second = try self.service(during: .losing, reached)
    let lost = try job(2, of: other, second)
    if try second.job(lost).attempt == 0 {
      do {
        try await run(lost, try self.service(during: .losing, reached, atFirst: .planned) { throw Crash() })
      } catch is Crash {
        try second.abandon(lost)
      }
    }
    _ = try second.control(.cancel, lost, actor: "user")
    // What kills have left behind goes with the next sweep.
    _ = try second.prune(dryRun: false, actor: "user")
  }

  private func build(_ reached: @escaping @Sendable (Moment) -> Void) async throws {
    let service = try self.service(during: .building, reached)
    for number in [3, 4] {
      try Self.write("snapshot new\n", to: "\(tree)/d2/snapshot.txt")
      try await run(try job(number, of: tree, service, .snapshot), service)
    }
    let dropped = try job(5, of: tree, service, .snapshot)
    if try service.job(dropped).attempt == 0 {
      let dropping = try self.service(during: .building, reached, atFirst: .planned) {
        _ = try service.control(.cancel, dropped, actor: "user")
      }
      try await run(dropped, dropping)
    }
    _ = try service.control(.cancel, dropped, actor: "user")
  }

  private func bringBack(_ reached: @escaping @Sendable (Moment) -> Void) throws {
    let service = try self.service(during: .returning, reached)
    let (project, copy, archive) = ("tree", "copy", data + ".tar")
    let history = try service.queue.store.read {
      try service.queue.projects.history(.init(project: project, limit: 100), in: $0)
    }
    if !history.contains(where: { $0.action == .rollBack }) {
      _ = try service.rollBack(to: nil, of: project, actor: "user")
    }
    if !FileManager.default.fileExists(atPath: archive) {
      _ = try service.exportSnapshot(nil, of: project, to: archive, actor: "user")
    }
    if try service.projects().first(where: { $0.name == copy })?.generation == nil {
      _ = try service.importSnapshot(archive, project: copy, actor: "user")
    }
  }

  private func upload(_ reached: @escaping @Sendable (Moment) -> Void) async throws {
    let service = try self.service(during: .uploading, reached)
    // The second version comes while the job for the first waits, and is read by it.
    for (number, name) in [(1, "notes.txt"), (2, "notes.txt"), (1, "gone.txt")] { try upload(number, name, service) }
    for name in ["notes.txt", "gone.txt"] { try await run(try jobs(ofUpload: name, service)[0], service) }
    try await run(try takeOut("gone.txt", service), service)
  }

  // MARK: Steps that may be told again

  private func upload(_ number: Int, _ name: String, _ service: IndexingService) throws {
    // It may have been taken out already, and its versions forgotten.
    if try jobs(ofUpload: name, service).count > 1 { return }
    let known = try service.sources(of: "tree").first { $0.path == Source.path(ofUpload: name) }
    if let newest = known?.version, newest.number >= number { return }
    let request = UploadRequest(project: "tree", name: name, requestedBy: "user")
    let file = try service.receive(request)
    try Array("shared upload \(number)\n".utf8).withUnsafeBytes { try file.write($0) }
    _ = try service.take(file, request)
  }

  private func takeOut(_ name: String, _ service: IndexingService) throws -> String {
    let made = try jobs(ofUpload: name, service)
    if made.count >= 2 { return made[1] }
    return try #require(try service.removeSource(name, of: "tree", actor: "user")).id
  }

  /// In the order they were made.
  private func jobs(ofUpload name: String, _ service: IndexingService) throws -> [String] {
    try service.jobs(limit: 100).filter { $0.directory == Source.path(ofUpload: name) }.map(\.id).reversed()
  }

  /// The id of the directory's job number `number`, which is made when it is its turn.
  private func job(
    _ number: Int, of directory: String, _ service: IndexingService, _ mode: BuildMode = .inPlace
  ) throws -> String {
    let made = try service.jobs(limit: 100).filter { $0.directory == directory }
    if made.count >= number { return made[made.count - number].id }
    let project = directory == side ? "tree" : nil
    return try service.start(
      StartRequest(directory: directory, project: project, build: mode, requestedBy: "user")
    ).job.id
  }

  private func run(_ id: String, _ service: IndexingService) async throws {
    try await service.runWorker(.untilSettled(job: id), stop: StopSwitch(), whenReady: {})
  }

  /// Not by the service, which would start a worker process.
  private func resume(_ id: String, _ service: IndexingService) throws {
    guard try service.job(id).status == .paused else { return }
    try service.queue.store.write { _ = try service.queue.jobs.control(id, .resume, actor: "user", in: $0) }
  }

  /// More than one batch for each shard, removals left aside: a pause after the first finds something left to do.
  private func changeTree() throws {
    for number in stride(from: 0, to: min(files, 900), by: 3) {
      let path = "\(tree)/d\(number % 7)/f\(number).txt"
      if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
      try Self.write("changed \(number)\n", to: "\(tree)/d1/f\(number + 1).txt")
      try Self.write("new \(number)\n", to: "\(tree)/new/f\(number).txt")
      try Self.write("newer \(number)\n", to: "\(tree)/new/g\(number).txt")
    }
  }

  private static func write(_ text: String, to path: String) throws {
    let file = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  // MARK: Services

  /// One with an act of the user at the first time that a point is reached.
  private func service(
    during part: Part, _ reached: @escaping @Sendable (Moment) -> Void, atFirst point: IndexHooks.Point? = nil,
    _ act: @escaping @Sendable () throws -> Void = {}
  ) throws -> IndexingService {
    var settings = Settings(dataDirectory: data)
    settings.minimumFreeBytes = 0
    var hooks = IndexHooks()
    let isSeen = DispatchSemaphore(value: 0)
    hooks.reached = { [isDone = OnceFlag()] now in
      reached(Moment(part: part, point: now))
      if now == .requestSeen { isSeen.signal() }
      guard now == point, isDone.isFirst() else { return }
      try act()
      // How much is done until the run knows of a request must not depend on the machine's load.
      if point == .committed { _ = isSeen.wait(timeout: .now() + 20) }
    }
    return try IndexingService(settings, hooks: hooks)
  }

  // MARK: What is left

  /// How many shards each project's index has.
  func shards() throws -> [Int] {
    try Self.reader(data + "/queue.db").read { try Int.fetchAll($0, sql: "SELECT shards FROM generations") }
  }

  /// What must be the same however often the story was cut off: jobs with their counters, files, units, postings. How far
  /// a cancelled job had come is left aside: it depends on when it was cut off.
  func outcome() throws -> [String] {
    let queue = try Self.reader(data + "/queue.db")
    var lines = try Self.lines(
      queue,
      """
      SELECT 'job', directory_path, status,
        CASE status WHEN 'cancelled' THEN 'counters' ELSE
          total_files || ' ' || indexed_files || ' ' || unchanged_files || ' ' || skipped_files || ' ' ||
          failed_files || ' ' || removed_files || ' ' || total_units
        END
      FROM indexing_jobs ORDER BY created_at
      """)
    lines += try Self.lines(
      queue,
      "SELECT 'generations', p.name, count(*) FROM projects p JOIN generations g ON g.project_id = p.id GROUP BY 2")
    let directories = try FileManager.default.subpathsOfDirectory(atPath: data)
      .filter {
        $0.split(separator: "/").last!.hasPrefix("gen-") || $0.hasPrefix("staging/") || $0.contains("/uploads/")
      }
    lines.append("directories \(directories.count)")
    lines += try Self.lines(
      queue,
      "SELECT 'source', path, version, removed_at IS NULL, gone_from IS NULL FROM sources ORDER BY path, project_id")
    let shards = try Self.lines(
      queue,
      """
      SELECT p.id || '/gen-' || p.generation, g.shards FROM projects p
      JOIN generations g ON g.project_id = p.id AND g.number = p.generation ORDER BY p.name
      """)
    for generation in shards {
      let parts = generation.split(separator: "|")
      for number in 0..<(try #require(Int(parts[1]))) {
        let shard = try Self.reader("\(data)/projects/\(parts[0])/shard-\(number).db")
        lines += try Self.lines(
          shard,
          """
          SELECT 'file', path, outcome, reason, hex(content_hash), size, units FROM files
          UNION ALL
          SELECT 'unit', f.path, u.first_line, u.last_line, u.title, t.bytes, hex(t.text)
          FROM units u JOIN files f ON f.id = u.file LEFT JOIN unit_texts t ON t.unit = u.id
          UNION ALL
          SELECT 'match', f.path, u.first_line, '', '', '', ''
          FROM postings p JOIN units u ON u.id = p.rowid JOIN files f ON f.id = u.file
          WHERE postings MATCH 'share OR chang OR new OR besid OR other'
          UNION ALL
          SELECT 'pending', count(*), '', '', '', '', '' FROM manifest WHERE outcome = 'pending'
          ORDER BY 1, 2, 3
          """)
      }
    }
    return lines
  }

  private static func reader(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  private static func lines(_ queue: DatabaseQueue, _ sql: String) throws -> [String] {
    try queue.read { db in
      try Row.fetchAll(db, sql: sql).map { row in
        row.databaseValues.map { value in
          switch value.storage {
          case .null: "-"
          case .int64(let number): String(number)
          case .double(let number): String(number)
          case .string(let text): text
          case .blob(let bytes): String(bytes.count)
          }
        }.joined(separator: "|")
      }
    }
  }
}

/// True once.
final class OnceFlag: Sendable {
  private let isUsed = Atomic<Bool>(false)

  func isFirst() -> Bool { !isUsed.exchange(true, ordering: .relaxed) }
}
