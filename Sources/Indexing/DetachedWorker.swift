internal import Foundation
internal import IndexModel
internal import SQLiteStore

/// Starts a worker process that outlives this one.
struct DetachedWorker {
  let directory: DataDirectory
  let settings: Settings

  /// Milliseconds to wait for the new process to say that it is up.
  private static let patience: Int32 = 10_000
  /// Bytes at which the log is put aside, once.
  private static let logLimit = 10 << 20

  private var log: String { directory.logs + "/worker.log" }

  /// Returns when the worker is up.
  ///
  /// - Throws: ``IndexerError/Code/workerNotStarted``, naming the log.
  func start() throws(IndexerError) {
    rotateLog()
    var pipe: [Int32] = [0, 0]
    guard Foundation.pipe(&pipe) == 0 else { throw failure(errno) }
    for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(pipe[0]) }
    let spawned = spawn(readiness: pipe[1])
    close(pipe[1])
    guard spawned == 0 else { throw failure(spawned) }
    var poll = pollfd(fd: pipe[0], events: Int16(POLLIN), revents: 0)
    var byte: UInt8 = 0
    guard Foundation.poll(&poll, 1, Self.patience) > 0, read(pipe[0], &byte, 1) == 1 else {
      throw IndexerError(
        .workerNotStarted,
        "the job is kept, but no worker came up for it; see \(log), then `indexer resume --interrupted`")
    }
  }

  private func spawn(readiness: Int32) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600)
    posix_spawn_file_actions_adddup2(&actions, readiness, Self.readyDescriptor)
    let arguments = [
      "indexer", "worker", "--idle", String(settings.idleSeconds), "--data-dir", directory.path, "--ready-fd",
      String(Self.readyDescriptor),
    ]
    var argv = arguments.map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var pid: pid_t = 0
    keepDescriptorsBack()
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A thread pool's threads have all signals blocked; a worker that inherits this cannot be stopped in order.
    var blocked = sigset_t()
    sigemptyset(&blocked)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    // The child makes itself the leader of a session of its own: a closed terminal does not reach it.
    return posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, &argv, environ)
  }

  /// A worker outlives its starter: it must hold none of the locks and pipes that a shell or program left open here.
  private func keepDescriptorsBack() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
      guard let descriptor = Int32(name), descriptor > 2 else { continue }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
  }

  private static let readyDescriptor: Int32 = 3

  private func rotateLog() {
    var status = stat()
    guard lstat(log, &status) == 0, status.st_size > Self.logLimit else { return }
    rename(log, log + ".1")
  }

  private func failure(_ code: Int32) -> IndexerError {
    IndexerError(
      .workerNotStarted,
      """
      the job is kept, but a worker could not be started (\(String(cString: strerror(code)))); \
      try `indexer resume --interrupted`
      """)
  }
}
