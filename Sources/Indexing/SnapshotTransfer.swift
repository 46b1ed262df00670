internal import Catalog
internal import Foundation
package import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore
internal import Tokens

/// What an export says of itself: the first member of its archive.
struct ExportManifest: Hashable, Codable {
  static let fileName = "manifest.json"
  static let version = 1

  var format = Self.version
  var project: String
  var generation: Int
  var tokenizerVersion: Int
  var sources: [Source]
  /// The other members of the archive: the shards, in order.
  var files: [FileChecksum]
  var createdAt: Timestamp
  /// That its tables were read with; nil in exports of earlier versions.
  var columns: ColumnPreferences?

  struct Source: Hashable, Codable {
    /// As the shards name it.
    var id: Int64
    /// Absolute, where it was indexed.
    var path: String
    var options: WalkOptions
  }
}

extension IndexingService {
  /// Writes a generation to one file, a tar archive, that ``importSnapshot(_:project:actor:)`` reads. Jobs may be at work
  /// meanwhile.
  ///
  /// - Parameters:
  ///   - number: nil for the current one.
  ///   - path: of the file, which must not be there yet.
  package func exportSnapshot(
    _ number: Int?, of project: String?, to path: String, actor: String
  ) throws -> TransferReport {
    let (project, generation) = try published(number, of: project)
    guard !Self.isThere(path) else { throw Self.isThereAlready(path) }
    guard try !queue.store.read({ try queue.projects.mayHoldRemoved(generation.number, of: project.id, in: $0) }) else {
      throw IndexerError(
        .conflict,
        "generation \(generation.number) has files of sources that were taken out; export a newer one, once the job has "
          + "ended that takes them out")
    }
    let verdict = try verifySnapshot(generation.number, of: project.name)
    guard verdict.problems.isEmpty else {
      throw IndexerError(
        .damaged, "generation \(generation.number) is not whole (\(verdict.problems[0])); see `indexer doctor`")
    }
    let staging = try StagingDirectory(in: queue.directory)
    defer { staging.remove() }
    try ShardCopies.make(of: queue.location(generation, of: project.id), in: staging.path)
    let shards = ShardCopies.names(generation.shards)
    let manifest = ExportManifest(
      project: project.name, generation: generation.number, tokenizerVersion: generation.tokenizerVersion,
      sources: try queue.store.read { try queue.projects.sources(of: project.id, in: $0) }
        .map { .init(id: $0.id, path: $0.path, options: $0.options) },
      files: try shards.map { try DatabaseFiles.checksum(of: "\(staging.path)/\($0)") }, createdAt: .now(),
      columns: project.columns)
    try JSONEncoder().encode(manifest)
      .write(to: URL(fileURLWithPath: "\(staging.path)/\(ExportManifest.fileName)"))
    let partial = "\(path).\(UUIDv7.make()).partial"
    do {
      try TarProgram().create(partial, of: [ExportManifest.fileName] + shards, in: staging.path)
      try DataDirectory.sync(file: partial)
      // A link, and no rename, which would take the place of what somebody else has written there meanwhile.
      guard link(partial, path) == 0 else {
        throw errno == EEXIST ? Self.isThereAlready(path) : SystemFailure.error(errno, "write", path)
      }
      unlink(partial)
      try DataDirectory.syncParent(of: path)
    } catch {
      unlink(partial)
      throw error
    }
    try queue.store.write {
      try queue.projects.record(
        .export, project: project.name, subject: String(generation.number), detail: path, actor: actor, in: $0)
    }
    return TransferReport(project: project.name, generation: generation.number, path: path)
  }

  private static func isThere(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  private static func isThereAlready(_ path: String) -> IndexerError {
    IndexerError(.conflict, "\(path) is there already; name a new file, or remove it first")
  }

  /// Makes an exported generation the current one of a project, which is made when there is none of that name.
  ///
  /// - Parameter name: nil for the name it had, with a number when that is taken.
  /// - Throws: `damaged` when it is not whole, or no export; `newer_schema`; `conflict` while a job of the project is at
  ///   work.
  package func importSnapshot(_ path: String, project name: String?, actor: String) throws -> TransferReport {
    guard Self.isThere(path) else { throw IndexerError(.notFound, "\(path) does not exist; name an exported file") }
    let staging = try StagingDirectory(in: queue.directory)
    defer { staging.remove() }
    let manifest = try unpack(path, into: staging)
    // All that takes time is done where nobody sees it.
    let unseen = ShardLocation(
      directory: queue.directory, projectID: "import",
      generation: Generation(number: 0, shards: manifest.files.count, tokenizerVersion: manifest.tokenizerVersion),
      at: staging.path)
    let sources = try queue.store.write { try sourceIDs(for: manifest, in: name, $0) }
    for shard in 0..<manifest.files.count {
      try AdoptedShard.adopt(unseen, shard: shard, sources: sources)
      let problems = try ShardCheck.findings(unseen, shard: shard)
      guard problems.isEmpty else {
        throw IndexerError(.damaged, "the export is damaged: shard \(shard): \(problems[0])")
      }
    }
    for lock in (0..<manifest.files.count).map(unseen.lock) { unlink(lock) }
    unlink("\(staging.path)/\(ExportManifest.fileName)")
    try DataDirectory.sync(directory: staging.path)
    try queue.hooks.reached(.importPlaced)
    // What it is from here on until a job writes to it.
    let checksums = try (0..<manifest.files.count).map { try DatabaseFiles.checksum(of: unseen.file($0)) }
    let (project, location, lock) = try queue.store.write { try makeRows(manifest, sources, as: name, in: $0) }
    try queue.hooks.reached(.importNumbered)
    // Held until it is published: killed before, the row has nobody, and goes with the next sweep.
    try withExtendedLifetime(lock) {
      try DataDirectory.make(queue.directory.project(project.id))
      guard rename(staging.path, location.path) == 0 else { throw SystemFailure.error(errno, "move", staging.path) }
      try DataDirectory.syncParent(of: location.path)
      try DataDirectory.sync(directory: queue.directory.projects)
      try queue.hooks.reached(.importMoved)
      try queue.store.write { db in
        try refuseWhileHeld(project, in: db)
        let number = location.generation.number
        try queue.projects.publish(number, of: project.id, checksums: checksums, in: db)
        try queue.projects.record(
          .import, project: project.name, subject: String(number), detail: path, actor: actor, in: db)
      }
    }
    try queue.hooks.reached(.imported)
    return TransferReport(project: project.name, generation: location.generation.number, path: path)
  }

  /// The ids that the directories have here, by those that they have there: of the project that is imported into, or new
  /// ones, which no row has yet.
  private func sourceIDs(
    for manifest: ExportManifest, in name: String?, _ db: StoreTransaction
  ) throws -> [Int64: Int64] {
    let project = try name.flatMap { try queue.projects.find(name: $0, in: db) }
    let there = try project.map { try queue.projects.everySource(of: $0.id, in: db) } ?? []
    var next = try queue.projects.reserveSourceIDs(manifest.sources.count, in: db)
    var ids: [Int64: Int64] = [:]
    for source in manifest.sources {
      ids[source.id] = there.first { $0.path == source.path }?.id ?? next
      next += 1
    }
    return ids
  }

  /// The project, its sources, and a generation that is not published yet.
  private func makeRows(
    _ manifest: ExportManifest, _ sources: [Int64: Int64], as name: String?, in db: StoreTransaction
  ) throws -> (Project, ShardLocation, GenerationLock) {
    let project =
      try name.flatMap { try queue.projects.find(name: $0, in: db) }
      ?? queue.projects.create(name: name ?? queue.projects.freeName(manifest.project, in: db), in: db)
    try refuseWhileHeld(project, in: db)
    if let columns = manifest.columns { try queue.projects.setColumns(columns, of: project, in: db) }
    let known = try queue.projects.everySource(of: project.id, in: db)
    for source in manifest.sources {
      if let other = known.first(where: { $0.path == source.path }), other.id != sources[source.id] {
        throw IndexerError(
          .conflict, "\(source.path) came into project \(project.name) meanwhile; try again",
          details: ["source": String(other.id)])
      }
      try queue.projects.add(
        source: sources[source.id]!, path: source.path, options: source.options, to: project, in: db)
    }
    var generation = Generation(
      number: try queue.projects.nextGenerationNumber(of: project.id, in: db), shards: manifest.files.count,
      tokenizerVersion: manifest.tokenizerVersion)
    generation.build = .init(jobID: Generation.Build.importer)
    try queue.projects.add(generation, to: project.id, in: db)
    let location = queue.location(generation, of: project.id)
    // Before the row can be seen.
    return (project, location, try GenerationLock.forMaking(location))
  }

  /// What an archive calls a file may be anything.
  ///
  /// - Returns: nothing of what is no regular file, or has more than 1 MiB.
  private static func smallFile(_ path: String) throws -> Data {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return Data() }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= 1 << 20 else {
      return Data()
    }
    return try FileHandle(fileDescriptor: file, closeOnDealloc: false).readToEnd() ?? Data()
  }

  /// - Returns: what the archive says of itself, once all of it was found to be so.
  private func unpack(_ path: String, into staging: StagingDirectory) throws -> ExportManifest {
    let tar = TarProgram()
    try tar.extract([ExportManifest.fileName], of: path, into: staging.path)
    let data = try Self.smallFile("\(staging.path)/\(ExportManifest.fileName)")
    guard let manifest = try? JSONDecoder().decode(ExportManifest.self, from: data) else {
      throw IndexerError(.damaged, "\(path) is no export of indexer, or is not whole: it has no manifest")
    }
    guard manifest.format <= ExportManifest.version, manifest.tokenizerVersion <= Tokenizer.version else {
      throw IndexerError(.newerSchema, "\(path) was written by a newer indexer; use that version")
    }
    let names = manifest.files.map(\.name)
    guard (1...8).contains(names.count), names == ShardCopies.names(names.count) else {
      throw IndexerError(.damaged, "\(path) is no export of indexer: its manifest names other files than shards")
    }
    try tar.extract(names, of: path, into: staging.path)
    for file in manifest.files {
      var status = stat()
      let member = "\(staging.path)/\(file.name)"
      guard lstat(member, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        try DatabaseFiles.checksum(of: member) == file
      else { throw IndexerError(.damaged, "\(path) is damaged: \(file.name) is not what its manifest says") }
    }
    return manifest
  }
}
