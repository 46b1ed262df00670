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
    var status = stat()
    guard lstat(path, &status) != 0 else {
      throw IndexerError(.conflict, "\(path) is there already; name a new file, or remove it first")
    }
    let staging = try StagingDirectory(in: queue.directory)
    defer { staging.remove() }
    try ShardCopies.make(of: queue.location(generation, of: project.id), in: staging.path)
    let shards = ShardCopies.names(generation.shards)
    let manifest = ExportManifest(
      project: project.name, generation: generation.number, tokenizerVersion: generation.tokenizerVersion,
      sources: try queue.store.read { try queue.projects.sources(of: project.id, in: $0) }
        .map { .init(id: $0.id, path: $0.path, options: $0.options) },
      files: try shards.map { try DatabaseFiles.checksum(of: "\(staging.path)/\($0)") }, createdAt: .now())
    try JSONEncoder().encode(manifest)
      .write(to: URL(fileURLWithPath: "\(staging.path)/\(ExportManifest.fileName)"))
    let partial = path + ".partial"
    unlink(partial)
    do {
      try TarProgram().create(partial, of: [ExportManifest.fileName] + shards, in: staging.path)
      // As a copy, it is synced.
      try DatabaseFiles.copy(partial, to: path, isStopped: { false })
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

  /// Makes an exported generation the current one of a project, which is made when there is none of that name.
  ///
  /// - Parameter name: nil for the name it had, with a number when that is taken.
  /// - Throws: `damaged` when it is not whole, or no export; `newer_schema`; `conflict` while a job of the project is at
  ///   work.
  package func importSnapshot(_ path: String, project name: String?, actor: String) throws -> TransferReport {
    let staging = try StagingDirectory(in: queue.directory)
    defer { staging.remove() }
    let manifest = try unpack(path, into: staging)
    let place = try queue.store.write { try self.place(for: manifest, name, in: $0) }
    try queue.hooks.reached(.importPlaced)
    do {
      try adopt(manifest, staging, place)
    } catch {
      try forget(place)
      throw error
    }
    try queue.store.write { db in
      try refuseWhileHeld(place.project, in: db)
      try queue.projects.publish(place.location.generation.number, of: place.project.id, in: db)
      try queue.projects.record(
        .import, project: place.project.name, subject: String(place.location.generation.number), detail: path,
        actor: actor, in: db)
    }
    try queue.hooks.reached(.imported)
    return TransferReport(
      project: place.project.name, generation: place.location.generation.number, path: path)
  }

  /// Where an import goes.
  private struct ImportPlace {
    var project: Project
    var isNew: Bool
    var location: ShardLocation
    /// Ids here by ids there.
    var sources: [Int64: Int64]
  }

  private func place(for manifest: ExportManifest, _ name: String?, in db: StoreTransaction) throws -> ImportPlace {
    let known = try name.flatMap { try queue.projects.find(name: $0, in: db) }
    let project =
      try known ?? queue.projects.create(name: name ?? queue.projects.freeName(manifest.project, in: db), in: db)
    try refuseWhileHeld(project, in: db)
    let there = try queue.projects.sources(of: project.id, in: db)
    var sources: [Int64: Int64] = [:]
    for source in manifest.sources {
      sources[source.id] =
        try there.first { $0.path == source.path }?.id
        ?? queue.projects.addSource(source.path, options: source.options, to: project, in: db).id
    }
    let generation = Generation(
      number: try queue.projects.nextGenerationNumber(of: project.id, in: db), shards: manifest.files.count,
      tokenizerVersion: manifest.tokenizerVersion)
    try queue.projects.add(generation, to: project.id, in: db)
    return ImportPlace(
      project: project, isNew: known == nil, location: queue.location(generation, of: project.id), sources: sources)
  }

  private func forget(_ place: ImportPlace) throws {
    try queue.store.write { db in
      try queue.projects.removeGeneration(place.location.generation.number, of: place.project.id, in: db)
      if place.isNew { try queue.projects.remove(place.project, in: db) }
    }
    try Target(location: place.location).removeFiles()
    if place.isNew { try Target.removeDirectory(queue.directory.project(place.project.id)) }
  }

  /// - Returns: what the archive says of itself, once all of it was found to be so.
  private func unpack(_ path: String, into staging: StagingDirectory) throws -> ExportManifest {
    let tar = TarProgram()
    try tar.extract([ExportManifest.fileName], of: path, into: staging.path)
    let data = FileManager.default.contents(atPath: "\(staging.path)/\(ExportManifest.fileName)") ?? Data()
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

  private func adopt(_ manifest: ExportManifest, _ staging: StagingDirectory, _ place: ImportPlace) throws {
    let location = place.location
    try DataDirectory.make(queue.directory.project(location.projectID))
    // The shards only: the same directory, under its name.
    unlink("\(staging.path)/\(ExportManifest.fileName)")
    guard rename(staging.path, location.path) == 0 else { throw SystemFailure.error(errno, "move", staging.path) }
    // The janitor takes nothing that somebody reads.
    let lock = try GenerationLock.forReading(location)
    for shard in 0..<manifest.files.count {
      try AdoptedShard.adopt(location, shard: shard, sources: place.sources)
      let problems = try ShardCheck.findings(location, shard: shard)
      guard problems.isEmpty else {
        throw IndexerError(.damaged, "the export is damaged: shard \(shard): \(problems[0])")
      }
    }
    for path in [location.file(0), location.path] { try DataDirectory.syncParent(of: path) }
    withExtendedLifetime(lock) {}
  }
}
