internal import Catalog
internal import Foundation
package import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore

/// What a backup says of itself.
struct BackupManifest: Hashable, Codable {
  static let fileName = "backup.json"
  static let version = 1

  var format = Self.version
  var createdAt: Timestamp
  /// What could not be read; nil in backups of earlier versions.
  var leftOut: [String]?
  var files: [File]

  struct File: Hashable, Codable {
    /// Below the backup's directory, and below the data directory.
    var path: String
    var checksum: FileChecksum
  }
}

extension IndexingService {
  /// Makes a copy of all that is published and queued, while workers go on: a data directory that ``restore(from:to:)``
  /// or an indexer with `--data-dir` can use.
  ///
  /// The queue is copied first, and the shards after it, so they may have more than it knows of: as after a crash, which
  /// the next claim of a job sees to. What is being built aside is left out.
  ///
  /// - Parameter path: absolute; must not be there yet.
  package func backup(to path: String) throws -> BackupReport {
    var status = stat()
    guard lstat(path, &status) != 0 else {
      throw IndexerError(.conflict, "\(path) is there already; name a new directory")
    }
    guard !path.hasPrefix(queue.directory.path + "/") else {
      throw IndexerError(
        .usage, "\(path) lies inside of the data directory, and would be lost with it; name another place")
    }
    let partial = "\(path).\(UUIDv7.make()).partial"
    do {
      let directory = try DataDirectory(path: partial)
      let manifest = try fill(directory)
      guard rename(partial, path) == 0 else { throw SystemFailure.error(errno, "make", path) }
      try DataDirectory.syncParent(of: path)
      return BackupReport(path: path, manifest)
    } catch {
      try Target.removeDirectory(partial)
      throw error
    }
  }

  private func fill(_ directory: DataDirectory) throws -> BackupManifest {
    try FileCopies.make(of: queue.store, as: directory.queueFile)
    let copy = try StoreFile(
      path: directory.queueFile, schema: .queue, access: .readWrite(.powerLoss), lock: directory.queueLock)
    // Nobody works on the copy: its jobs are to be taken over at once, though their workers live.
    try copy.write { try queue.projects.forgetBuilds(in: $0) }
    try copy.write { try queue.jobs.expireLeases(in: $0) }
    var files = [directory.queueFile]
    var leftOut: [String] = []
    for project in try copy.read({ try queue.projects.list(in: $0) }) {
      for generation in try copy.read({ try queue.projects.generations(of: project.id, in: $0) }) {
        do {
          let shards = try copyGeneration(generation, of: project.id, to: directory)
          files += shards
          // The copies are not the same files: their fences begin anew.
          if generation.checksums != nil {
            let checksums = try shards.map { try DatabaseFiles.checksum(of: $0) }
            try copy.write { try queue.projects.seal(generation.number, of: project.id, checksums: checksums, in: $0) }
          }
        } catch let error as IndexerError
          where error.details["generation"] != nil && generation.number != project.generation
        {
          // An old one, that was removed meanwhile.
          try copy.write { try queue.projects.removeGeneration(generation.number, of: project.id, in: $0) }
        } catch let error as IndexerError where ShardCheck.isDamage(error) {
          // What is damaged keeps nothing else from being saved.
          try copy.write { try queue.projects.removeGeneration(generation.number, of: project.id, in: $0) }
          try Target.removeDirectory(directory.generation(generation.number, ofProject: project.id))
          leftOut.append("generation \(generation.number) of project \(project.name): \(error.message)")
        }
      }
      // Added since the queue was copied, and perhaps in the shards.
      for source in try queue.store.read({ try queue.projects.sources(of: project.id, in: $0) }) {
        try copy.write {
          try queue.projects.add(source: source.id, path: source.path, options: source.options, to: project, in: $0)
        }
      }
    }
    for project in try copy.read({ try queue.projects.list(in: $0) }) {
      let (uploads, lost) = try copyUploads(
        try copy.read { try queue.projects.sources(of: project.id, in: $0) }, to: directory)
      files += uploads
      leftOut += lost.map { "the uploaded file \($0) of project \(project.name): it is gone, or changed meanwhile" }
    }
    try copy.checkpoint()
    try copy.close()
    for suffix in ["-wal", "-shm"] { unlink(directory.queueFile + suffix) }
    let manifest = BackupManifest(
      createdAt: .now(), leftOut: leftOut,
      files: try files.map { file in
        .init(path: String(file.dropFirst(directory.path.count + 1)), checksum: try DatabaseFiles.checksum(of: file))
      })
    let data = try JSONEncoder().encode(manifest)
    let path = "\(directory.path)/\(BackupManifest.fileName)"
    try data.write(to: URL(fileURLWithPath: path))
    try DataDirectory.sync(file: path)
    for path in [directory.path, directory.projects] { try DataDirectory.sync(directory: path) }
    return manifest
  }

  /// - Returns: the copies; and the names of those that are not there.
  private func copyUploads(_ sources: [Source], to directory: DataDirectory) throws -> ([String], lost: [String]) {
    var copies: [String] = []
    var lost: [String] = []
    for source in sources {
      guard let name = source.uploadName, let version = source.version else { continue }
      let (from, to) = (
        StoredUploads(of: source, in: queue.directory), StoredUploads(of: source, in: directory)
      )
      try to.make()
      do {
        try DatabaseFiles.copy(from.file(ofVersion: version), to: to.file(ofVersion: version), isStopped: { false })
        try DataDirectory.sync(directory: to.path)
        copies.append(to.file(ofVersion: version))
      } catch let error as IndexerError where error.code != .diskFull {
        lost.append(name)
      }
    }
    return (copies, lost)
  }

  private func copyGeneration(
    _ generation: Generation, of projectID: String, to directory: DataDirectory
  ) throws -> [String] {
    let target = ShardLocation(directory: directory, projectID: projectID, generation: generation)
    let location = queue.location(generation, of: projectID)
    for shard in 0..<generation.shards {
      if let problem = try problems(location, shard: shard, isHeld: true).first {
        throw IndexerError(.damaged, "\(location.file(shard)): \(problem)")
      }
    }
    try DataDirectory.make(directory.project(projectID))
    try DataDirectory.make(target.path)
    try ShardCopies.make(of: location, in: target.path)
    for shard in 0..<generation.shards { try AdoptedShard.adopt(target, shard: shard, sources: nil) }
    for file in target.databaseFiles where !file.hasSuffix(".db") { unlink(file) }
    try DataDirectory.syncParent(of: target.file(0))
    return (0..<generation.shards).map(target.file)
  }

  /// Makes a data directory of a backup.
  ///
  /// - Parameters:
  ///   - path: of the backup, absolute.
  ///   - target: of the data directory, absolute; must not be there, or be empty.
  /// - Throws: `conflict` when it is not; `damaged` when the backup is not what it says.
  package static func restore(from path: String, to target: String) throws -> BackupReport {
    // What cannot be listed is not taken for empty: the rename at the end refuses what is.
    let there = (try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []
    var status = stat()
    guard lstat(target, &status) != 0 || there.isEmpty && status.st_mode & S_IFMT == S_IFDIR else {
      throw IndexerError(
        .conflict, "\(target) is not empty; name another with --data-dir, or move it away first: nothing was changed")
    }
    let data = FileManager.default.contents(atPath: "\(path)/\(BackupManifest.fileName)") ?? Data()
    guard let manifest = try? JSONDecoder().decode(BackupManifest.self, from: data) else {
      throw IndexerError(.damaged, "\(path) is no backup of indexer: it has no \(BackupManifest.fileName)")
    }
    guard manifest.format <= BackupManifest.version else {
      throw IndexerError(.newerSchema, "\(path) was written by a newer indexer; use that version")
    }
    let partial = "\(target).\(UUIDv7.make()).partial"
    do {
      let directory = try DataDirectory(path: partial)
      for file in manifest.files { try restore(file, from: path, to: directory) }
      try DataDirectory.sync(directory: directory.path)
      // An empty one gives way.
      rmdir(target)
      guard rename(partial, target) == 0 else { throw SystemFailure.error(errno, "make", target) }
      try DataDirectory.syncParent(of: target)
    } catch {
      try Target.removeDirectory(partial)
      throw error
    }
    return BackupReport(path: target, manifest)
  }

  private static func restore(_ file: BackupManifest.File, from path: String, to directory: DataDirectory) throws {
    let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
      throw IndexerError(.damaged, "\(path) is no backup of indexer: its manifest names \(file.path)")
    }
    var parent = directory.path
    for part in parts.dropLast() {
      parent += "/\(part)"
      try DataDirectory.make(parent)
    }
    let copy = "\(directory.path)/\(file.path)"
    try DatabaseFiles.copy("\(path)/\(file.path)", to: copy, isStopped: { false })
    guard try DatabaseFiles.checksum(of: copy) == file.checksum else {
      throw IndexerError(.damaged, "\(path)/\(file.path) is not what was backed up; restore from another backup")
    }
    try DataDirectory.sync(directory: parent)
  }
}

extension BackupReport {
  init(path: String, _ manifest: BackupManifest) {
    self.init(
      path: path, leftOut: manifest.leftOut ?? [], files: manifest.files.count,
      bytes: manifest.files.reduce(0) { $0 + $1.checksum.size },
      createdAt: manifest.createdAt)
  }
}
