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
}
