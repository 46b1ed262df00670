internal import CSupport
internal import Catalog
internal import Foundation
internal import IndexModel
internal import Jobs
internal import Logging
internal import Projects
internal import SQLiteStore

/// Finishes and clears up what no worker sees to any more: pauses and cancellations that one left half done, file lists
/// of cancelled jobs, workers that are stopped for good.
struct Abandoned: Sendable {
  let queue: QueueStore
  let logger: Logger

  /// Finishes the pauses and cancellations that nobody else can finish.
  func settleAll(as identity: WorkerIdentity) throws {
    try endStoppedWorkers()
    let held = try queue.store.read { try queue.jobs.heldJobs(in: $0) }
    for job in held where job.status != .running && queue.jobs.isInterrupted(job) {
      do {
        try settle(job.id, as: identity)
      } catch let error as IndexerError {
        // One job's trouble keeps no other job waiting.
        logger.error("\(error.message)", metadata: ["job": "\(job.id)"])
      }
    }
  }

  /// Finishes the pause or cancellation of `id` when its worker is gone; else does nothing.
  ///
  /// A claim like any other: with its epoch and the fence in every shard, a worker that wakes up late is refused.
  func settle(_ id: String, as identity: WorkerIdentity) throws {
    // First, for to take the job over is to forget who had it.
    try endStoppedWorkers()
    guard let job = try queue.store.write({ try queue.jobs.takeOver(id, for: identity, in: $0) }) else { return }
    try queue.hooks.reached(.takenOver)
    var progress = job.progress
    do {
      if let committed = try shutOut(job) { progress = progress.withFiles(of: committed) }
    } catch let error as IndexerError where error.code != .leaseLost && error.code != .busy {
      // A shard that cannot be read must not keep its job from ever ending.
      logger.error("\(error.message)", metadata: ["job": "\(job.id)"])
    }
    if job.status == .cancelling {
      // Nobody could count them again, once the list is gone.
      _ = try queue.store.write { try queue.jobs.report(progress, of: job, in: $0) }
      discard(job)
    }
    let ending: JobQueue.Ending = job.status == .cancelling ? .cancelled : .paused(.user)
    _ = try queue.store.write { db in
      try queue.jobs.finish(job, as: ending, progress: progress, in: db)
      try queue.hooks.reached(.finishing)
    }
    try queue.hooks.reached(.finished)
  }

  /// Shuts out the absent worker, and sees to it that what it committed survives power loss.
  ///
  /// - Returns: what the shards say of the job; nil when they have no whole list of it.
  private func shutOut(_ job: Job) throws -> [JobProgress]? {
    guard let target = try Target.find(for: job, in: queue) else { return nil }
    let generation = target.location.generation
    if generation.checksums != nil {
      try queue.store.write { try queue.projects.forgetChecksums(of: generation.number, of: job.projectID, in: $0) }
    }
    try target.eachShard(for: job) { try $0.raiseFence() }
    let committed = try target.committedProgress(of: job)
    try target.eachShard(for: job) { try $0.sync() }
    return committed
  }

  /// Removes what a job has built aside and will not publish. A failed one begins again when it is resumed.
  func discardBuild(of job: Job) {
    do {
      try GenerationBuild(job: job, queue: queue).discard()
    } catch let error as IndexerError where error.code == .leaseLost {
      // It is another worker's now.
    } catch {
      // The janitor comes for it.
      logger.error("what the job had built could not be removed: \(error)", metadata: ["job": "\(job.id)"])
    }
  }

  /// Removes what is only the job's, of one that is cancelled: what it has built aside, and its file list; files already
  /// committed to the live index stay.
  func discard(_ job: Job) {
    guard job.epoch > 0 else { return }
    discardBuild(of: job)
    guard job.options.build == .inPlace else { return }
    do {
      try Target.find(for: job, in: queue)?.eachShard(for: job) { shard in
        try shard.write(durably: true) { try $0.dropManifest(of: job.id) }
        try queue.hooks.reached(.listDropped)
      }
    } catch let error as IndexerError where error.code == .leaseLost {
      // Another job has written since: its plan, or that of the next, drops the list.
    } catch {
      // So does the next plan here; a damaged shard must not keep a job from being cancelled.
      logger.error("the file list of the cancelled job could not be removed: \(error)", metadata: ["job": "\(job.id)"])
    }
  }

  /// Ends indexers that hold jobs, are stopped, and let every lease run out: they keep SQLite's locks as well, so nobody
  /// could take their jobs over. One that runs is left alone, whatever its leases: the machine may have been asleep.
  private func endStoppedWorkers() throws {
    let held = try queue.store.read { try queue.jobs.heldJobs(in: $0) }
    let owners = Dictionary(grouping: held.compactMap(\.lease)) { lease in
      var process = lease.owner
      process.slot = 0
      return process
    }
    for leases in owners.values where leases.allSatisfy({ $0.expires < queue.jobs.host.uptime }) {
      let pid = leases[0].owner.pid
      guard queue.jobs.host.isStopped(leases[0].owner), pid != getpid() else { continue }
      let process = csupport_pidfd_open(pid)
      guard process >= 0 else { continue }
      defer { close(process) }
      // Asked again through the descriptor's lifetime: the pid may have come to mean another process meanwhile.
      guard queue.jobs.host.isStopped(leases[0].owner) else { continue }
      guard csupport_pidfd_send_signal(process, SIGKILL) == 0 || errno == ESRCH else {
        throw SystemFailure.error(errno, "end the stopped indexer with pid \(pid) that holds", queue.directory.path)
      }
      logger.warning("ended the stopped indexer with pid \(pid), whose leases had run out")
    }
  }
}
