internal import IndexModel
internal import Jobs
internal import Projects
internal import SQLiteStore

/// `queue.db`, opened, with the verbs on it.
struct QueueStore: Sendable {
  let directory: DataDirectory
  let store: StoreFile
  let jobs: JobQueue
  let projects = ProjectStore()

  /// Opens the data directory and its queue, making them when there are none.
  init(_ settings: Settings) throws {
    directory = try DataDirectory(path: settings.dataDirectory)
    jobs = JobQueue(host: try HostProcess())
    store = try StoreFile(
      path: directory.queueFile, schema: .queue, access: .readWrite(.powerLoss), lock: directory.queueLock,
      retries: RetryPolicy(limit: Int64(settings.busySeconds) * 1000))
  }

  /// Bytes that the queue's log may grow to.
  private static let logLimit: Int64 = 4 << 20

  /// Empties the log into the file when it has grown; called by workers between jobs.
  func checkpoint() throws {
    if store.logSize > Self.logLimit { try store.checkpoint() }
  }
}
