internal import Catalog
internal import Foundation
internal import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore
internal import Tokens

/// Makes a new `queue.db` of what can be read of a damaged one, and of what the indexes themselves tell.
extension IndexingService {
  /// Does nothing when `queue.db` is whole. The damaged file is kept beside the new one.
  ///
  /// - Returns: what was done, and what was lost, a sentence each.
  /// - Throws: `conflict` while a background worker is up.
  package static func rescueQueue(in path: String) throws -> [String] {
    let directory = try DataDirectory(path: path)
    guard try isDamaged(directory) else { return [] }
    let worker = try WorkerLock(directory)
    guard try worker.take() else {
      throw IndexerError(
        .conflict, "a worker is up; stop it (its pid is in \(directory.locks)/worker.lock), then try again")
    }
    defer { worker.release() }
    return try QueueRescue(directory: directory).run()
  }

  private static func isDamaged(_ directory: DataDirectory) throws -> Bool {
    var status = stat()
    let isThere = lstat(directory.queueFile, &status) == 0 && status.st_size > 0
    guard isThere else { return !(try FileManager.default.contentsOfDirectory(atPath: directory.projects).isEmpty) }
    do {
      let store = try StoreFile(
        path: directory.queueFile, schema: .queue, access: .readWrite(.powerLoss), lock: directory.queueLock)
      let problems = try store.integrityProblems()
      try store.close()
      return !problems.isEmpty
    } catch let error as IndexerError where error.code == .damaged {
      return true
    }
  }
}

private struct QueueRescue {
  let directory: DataDirectory
  private let projects = ProjectStore()

  private static let tables = ["projects", "sources", "generations", "indexing_jobs", "job_events", "audit", "epochs"]

  init(directory: DataDirectory) { self.directory = directory }

  func run() throws -> [String] {
    let kept = try setAside()
    let staging = try StagingDirectory(in: directory)
    defer { staging.remove() }
    let copy = staging.path + "/queue.db"
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: kept + suffix) {
      try DatabaseFiles.copy(kept + suffix, to: copy + suffix, isStopped: { false })
    }
    let store = try StoreFile(
      path: directory.queueFile, schema: .queue, access: .readWrite(.powerLoss), lock: directory.queueLock)
    let jobs = JobQueue(host: try HostProcess())
    var sentences = ["queue.db was damaged; the old file is \(kept)"]
    try store.write { db in
      let tables = try Salvage.copy(copy, tables: Self.tables, into: db)
      try projects.dropOrphans(in: db)
      sentences.append(
        "rescued " + tables.filter { $0.name != "epochs" }.map { "\($0.rows) \($0.name)" }.joined(separator: ", "))
      let lost = tables.filter(\.isIncomplete).map(\.name)
      if !lost.isEmpty {
        sentences.append("lost, as far as it could not be read: rows of \(lost.joined(separator: ", "))")
      }
      sentences += try adoptIndexes(in: db)
      try jobs.expireLeases(in: db)
      try jobs.raiseEpochs(above: highestFence(), in: db)
    }
    try store.close()
    return sentences
  }

  /// - Returns: where the damaged file is now.
  private func setAside() throws -> String {
    let kept = "\(directory.queueFile).damaged-\(Timestamp.now().milliseconds)"
    for suffix in ["", "-wal"] {
      if rename(directory.queueFile + suffix, kept + suffix) != 0, errno != ENOENT {
        throw SystemFailure.error(errno, "move", directory.queueFile + suffix)
      }
    }
    unlink(directory.queueFile + "-shm")
    try DataDirectory.syncParent(of: kept)
    return kept
  }

  /// The indexes that the rows do not name, or not as the current one.
  private func adoptIndexes(in db: StoreTransaction) throws -> [String] {
    var sentences: [String] = []
    for id in try FileManager.default.contentsOfDirectory(atPath: directory.projects).sorted() {
      let found = try generations(of: id)
      guard let newest = found.last else { continue }
      if try projects.find(id: id, in: db) == nil {
        let project = try projects.adopt(id: id, named: projects.freeName("rescued", in: db), in: db)
        // What was indexed where is lost; the files are known by what the index calls their directory.
        for source in try sources(in: newest, of: id) {
          try projects.adopt(source: source, path: "/rescued/\(source)", to: project, in: db)
        }
        sentences.append(
          "project \(project.name) is searched again, but the name and directories of it are lost; when they are indexed anew, "
            + "let it go with `indexer projects remove \(project.name)`")
      }
      for generation in found where try projects.generation(generation.number, of: id, in: db) == nil {
        try projects.add(generation, to: id, in: db)
        try projects.publish(generation.number, of: id, in: db)
      }
      // A row that says something else than the disk holds.
      let current = try projects.published(of: id, in: db)?.number
      if !found.contains(where: { $0.number == current }) { try projects.setCurrent(newest.number, of: id, in: db) }
      try projects.raiseLastGeneration(to: newest.number, of: id, in: db)
    }
    return sentences
  }

  /// On disk, the oldest first.
  private func generations(of id: String) throws -> [Generation] {
    try FileManager.default.contentsOfDirectory(atPath: directory.project(id))
      .compactMap { $0.hasPrefix("gen-") ? Int($0.dropFirst(4)) : nil }.sorted()
      .compactMap { number in
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.generation(number, ofProject: id))
        let shards = files.count { $0.hasPrefix("shard-") && $0.hasSuffix(".db") }
        return (1...8).contains(shards)
          ? Generation(number: number, shards: shards, tokenizerVersion: Tokenizer.version) : nil
      }
  }

  private func sources(in generation: Generation, of id: String) throws -> [Int64] {
    let location = ShardLocation(directory: directory, projectID: id, generation: generation)
    let all = try (0..<generation.shards).flatMap { shard in
      try ShardReader(location, number: shard).read { try $0.sources() }
    }
    return Set(all).sorted()
  }

  /// No claim may come after one that it does not know of.
  private func highestFence() throws -> Int64 {
    var highest: Int64 = 0
    for id in try FileManager.default.contentsOfDirectory(atPath: directory.projects) {
      for generation in try generations(of: id) {
        let location = ShardLocation(directory: directory, projectID: id, generation: generation)
        for shard in 0..<generation.shards {
          do {
            highest = max(highest, try ShardReader(location, number: shard).read { try $0.fence() })
          } catch let error as IndexerError where ShardCheck.isDamage(error) {
            continue
          }
        }
      }
    }
    return highest
  }
}
