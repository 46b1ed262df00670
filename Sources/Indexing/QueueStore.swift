internal import Catalog
internal import Foundation
internal import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore

/// `queue.db`, opened, with the verbs on it, and where tests look in.
struct QueueStore: Sendable {
  let directory: DataDirectory
  let store: StoreFile
  let jobs: JobQueue
  let projects = ProjectStore()
  let hooks: IndexHooks
  /// While it is held, nobody puts another file in the place of `queue.db`.
  private let use: LockFile
  /// Bounds every wait for a lock.
  private let retries: RetryPolicy

  /// Opens the data directory and its queue, making them when there are none.
  init(_ settings: Settings, hooks: IndexHooks) throws {
    self.hooks = hooks
    retries = RetryPolicy(limit: Int64(settings.busySeconds) * 1000)
    directory = try DataDirectory(path: settings.dataDirectory)
    try hooks.reached(.directoryMade)
    use = try LockFile(path: directory.queueUsersLock)
    guard use.share() else {
      throw IndexerError(.busy, "\(directory.queueFile) is being rescued by `indexer doctor --fix`; try again later")
    }
    try Self.refuseLostQueue(in: directory)
    jobs = JobQueue(host: try HostProcess())
    store = try StoreFile(
      path: directory.queueFile, schema: .queue, access: .readWrite(.powerLoss), lock: directory.queueLock,
      retries: retries, readers: settings.queueReaders,
      willMigrate: { try hooks.reached(.willMigrate) })
    try hooks.reached(.opened)
  }

  /// An empty queue beside indexes is one that was cut off or taken away: to begin anew there would hide the loss.
  private static func refuseLostQueue(in directory: DataDirectory) throws {
    var status = stat()
    guard lstat(directory.queueFile, &status) != 0 || status.st_size == 0 else { return }
    let projects = directory.path + "/projects"
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: projects)
    } catch {
      throw IndexerError(.dataDirectoryUnavailable, "cannot list \(projects); check its owner and mode")
    }
    guard !names.isEmpty else { return }
    // Another process may have made it between the two looks.
    guard lstat(directory.queueFile, &status) != 0 || status.st_size == 0 else { return }
    throw IndexerError(
      .damaged,
      """
      \(directory.queueFile) is \(lstat(directory.queueFile, &status) == 0 ? "empty" : "gone"), and indexes lie in \(projects). \
      Nothing was changed: bring it back from a backup, or keep a copy of \(projects) elsewhere and move it away to begin anew
      """)
  }

  /// Where the shards of a project's generation lie.
  func location(_ generation: Generation, of projectID: String) -> ShardLocation {
    ShardLocation(directory: directory, projectID: projectID, generation: generation, retries: retries)
  }

  /// Bytes that the log may grow to. To empty it costs as much as fifty jobs, whatever its size: with 4 MiB it took a third of
  /// the time of claims.
  private static let logLimit: Int64 = 32 << 20

  /// Empties the log into the file when it has grown; called by workers between jobs.
  func checkpoint() throws {
    if store.logSize > Self.logLimit { try store.checkpoint() }
  }
}
