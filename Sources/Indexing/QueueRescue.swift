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
  /// - Throws: `conflict` while any other process has the queue open.
  package static func rescueQueue(in path: String) throws -> [String] {
    let directory = try DataDirectory(path: path)
    let users = try LockFile(path: directory.queueUsersLock)
    guard try isDamaged(directory) else { return [] }
    guard try users.take(timeout: 0) else {
      throw IndexerError(.conflict, "other indexers have \(directory.queueFile) open; end them, then try again")
    }
    defer { users.release() }
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

  private static let tables = [
    "projects", "sources", "upload_versions", "generations", "indexing_jobs", "job_events", "audit", "tokens", "epochs",
  ]

  init(directory: DataDirectory) { self.directory = directory }

  /// The new file is made aside, and takes the place of the old one in one step: killed before, nothing has changed.
  func run() throws -> [String] {
    let staging = try StagingDirectory(in: directory)
    defer { staging.remove() }
    let (damaged, fresh) = (staging.path + "/damaged.db", staging.path + "/queue.db")
    let old = try oldFile()
    if let old {
      for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: old + suffix) {
        try DatabaseFiles.copy(old + suffix, to: damaged + suffix, isStopped: { false })
      }
    }
    let store = try StoreFile(
      path: fresh, schema: .queue, access: .readWrite(.powerLoss), lock: staging.path + "/queue.lock")
    try store.checkpoint()
    var sentences = try store.write { try fill($0, from: old == nil ? nil : damaged, fresh: fresh) }
    try store.checkpoint()
    try store.close()
    let kept = "\(directory.queueFile).damaged-\(Timestamp.now().milliseconds)"
    // The log first: it must not be taken for the new file's.
    try move(directory.queueFile + "-wal", to: kept + "-wal")
    unlink(directory.queueFile + "-shm")
    if link(directory.queueFile, kept) != 0, errno != ENOENT {
      throw SystemFailure.error(errno, "keep", directory.queueFile)
    }
    try move(fresh, to: directory.queueFile)
    try DataDirectory.syncParent(of: directory.queueFile)
    sentences.insert(
      "queue.db was damaged; what was there is kept as \(old == directory.queueFile ? kept : old ?? "nothing")", at: 0)
    return sentences
  }

  /// The damaged file; where it is gone, what an earlier rescue has put aside.
  private func oldFile() throws -> String? {
    var status = stat()
    if lstat(directory.queueFile, &status) == 0, status.st_size > 0 { return directory.queueFile }
    return try FileManager.default.contentsOfDirectory(atPath: directory.path)
      .filter { $0.hasPrefix("queue.db.damaged-") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }.max()
      .map { "\(directory.path)/\($0)" }
  }

  private func move(_ path: String, to target: String) throws {
    if rename(path, target) != 0, errno != ENOENT { throw SystemFailure.error(errno, "move", path) }
  }

  private func fill(_ db: StoreTransaction, from damaged: String?, fresh: String) throws -> [String] {
    var sentences: [String] = []
    if let damaged {
      var tables = try Salvage.copy(damaged, tables: Self.tables, into: db)
      if tables.allSatisfy({ $0.rows == 0 }) {
        // Nothing is read behind a bad header; all that is needed of one is known.
        try Salvage.replaceHeader(of: damaged, from: fresh)
        tables = try Salvage.copy(damaged, tables: Self.tables, into: db)
      }
      let restored = try projects.restoreFromOthers(in: db)
      try projects.dropOrphans(in: db)
      sentences.append(
        "rescued " + tables.filter { $0.name != "epochs" }.map { "\($0.rows) \($0.name)" }.joined(separator: ", "))
      sentences += restored
      let lost = tables.filter(\.isIncomplete).map(\.name)
      if !lost.isEmpty {
        sentences.append("lost, as far as it could not be read: rows of \(lost.joined(separator: ", "))")
      }
    } else {
      sentences.append("rescued nothing of it, as there is no file; the indexes tell what they know")
    }
    sentences += try adoptIndexes(in: db)
    try findUploads(in: db)
    let jobs = JobQueue(host: try HostProcess())
    try jobs.expireLeases(in: db)
    try jobs.raiseEpochs(above: highestFence(), in: db)
    try projects.raiseSourceIDs(above: highestSource(), in: db)
    return sentences
  }

  /// The indexes of projects that have no row for a current one that is there.
  private func adoptIndexes(in db: StoreTransaction) throws -> [String] {
    var sentences: [String] = []
    for id in try FileManager.default.contentsOfDirectory(atPath: directory.projects).sorted() {
      let onDisk = try generations(of: id)
      try projects.raiseLastGeneration(to: onDisk.map(\.number).max() ?? 0, of: id, in: db)
      let current = try projects.published(of: id, in: db)
      if let current, onDisk.contains(where: { $0.number == current.number && $0.shards == current.shards }) {
        if let project = try projects.find(id: id, in: db) {
          sentences += try addLostSources(of: current, to: project, in: db)
        }
        continue
      }
      guard let best = try newestWhole(onDisk, of: id, in: db) else { continue }
      if try projects.find(id: id, in: db) == nil {
        let project = try projects.adopt(id: id, named: projects.freeName("rescued", in: db), in: db)
        try projects.raiseLastGeneration(to: onDisk.map(\.number).max() ?? 0, of: id, in: db)
        sentences.append(
          "project \(project.name) is searched again, but its name is lost")
      }
      if let project = try projects.find(id: id, in: db) {
        sentences += try addLostSources(of: best, to: project, in: db)
      }
      if try projects.generation(best.number, of: id, in: db) == nil { try projects.add(best, to: id, in: db) }
      try projects.publish(best.number, of: id, in: db)
    }
    return sentences
  }

  /// Which version is kept is seen from what lies there.
  private func findUploads(in db: StoreTransaction) throws {
    for source in try projects.allSources(in: db) where source.uploadName != nil {
      let stored = StoredUploads(of: source.id, ofProject: source.projectID, in: directory)
      if let newest = try stored.versions().max() { try projects.setVersion(newest, of: source, in: db) }
    }
  }

  /// What was indexed where is lost; the files are known by what the index calls their directory. And no new directory
  /// gets the id of one of these.
  private func addLostSources(
    of generation: Generation, to project: Project, in db: StoreTransaction
  ) throws -> [String] {
    let lost = try sources(in: generation, of: project.id).filter { try projects.source($0, in: db) == nil }
    for source in lost {
      let isUpload = try !StoredUploads(of: source, ofProject: project.id, in: directory).versions().isEmpty
      let path = isUpload ? Source.path(ofUpload: "rescued-\(source)") : "/rescued/\(source)"
      try projects.add(source: source, path: path, options: WalkOptions(), to: project, in: db)
    }
    guard !lost.isEmpty else { return [] }
    return [
      "where \(lost.count) directories of project \(project.name) are is lost: index them anew into another project, then "
        + "let this one go with `indexer projects remove \(project.name)`"
    ]
  }

  /// Of those that are not being built: whole ones go before damaged ones, then published ones before those that no row
  /// knows, which may never have been, then newer ones.
  private func newestWhole(
    _ onDisk: [Generation], of id: String, in db: StoreTransaction
  ) throws -> Generation? {
    let known = try onDisk.reversed().map { ($0, try projects.generation($0.number, of: id, in: db)) }
    let candidates = known.filter { $1 == nil || $1?.publishedAt != nil }
    let whole = try candidates.filter { generation, _ in
      let location = ShardLocation(directory: directory, projectID: id, generation: generation)
      return try (0..<generation.shards).allSatisfy { try !ShardCheck.isDamaged(location, shard: $0) }
    }
    let best = whole.isEmpty ? candidates : whole
    return (best.first { $1 != nil } ?? best.first)?.0
  }

  /// On disk, the oldest first; of shards without a gap.
  private func generations(of id: String) throws -> [Generation] {
    try FileManager.default.contentsOfDirectory(atPath: directory.project(id))
      .compactMap { $0.hasPrefix("gen-") ? Int($0.dropFirst(4)) : nil }.sorted()
      .compactMap { number in
        let files = Set(
          try FileManager.default.contentsOfDirectory(atPath: directory.generation(number, ofProject: id)))
        let shards = (0..<8).prefix { files.contains("shard-\($0).db") }.count
        return shards > 0 ? Generation(number: number, shards: shards, tokenizerVersion: Tokenizer.version) : nil
      }
  }

  private func sources(in generation: Generation, of id: String) throws -> [Int64] {
    let location = ShardLocation(directory: directory, projectID: id, generation: generation)
    let all = try (0..<generation.shards).flatMap { shard in
      do {
        return try ShardReader(location, number: shard).read { try $0.sources() }
      } catch let error as IndexerError where ShardCheck.isDamage(error) {
        return []
      }
    }
    return Set(all).sorted()
  }

  /// Of all indexes, in use or not: a new directory must not be taken for one of theirs.
  private func highestSource() throws -> Int64 {
    try FileManager.default.contentsOfDirectory(atPath: directory.projects).flatMap { id in
      try generations(of: id).flatMap { try sources(in: $0, of: id) }
    }.max() ?? 0
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
