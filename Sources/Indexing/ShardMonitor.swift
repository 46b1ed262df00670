internal import IndexModel
internal import Synchronization

/// How far one shard of a run has come: written by the shard's thread, read by the run.
final class ShardMonitor: Sendable {
  private let state: Mutex<State>

  private struct State: Sendable {
    var progress: JobProgress
    var current: FileAtWork?
    var last: String?
  }

  /// - Parameter progress: what the shard's committed rows say at the start.
  init(_ progress: JobProgress) { state = Mutex(State(progress: progress)) }

  func begin(_ path: String) {
    let file = FileAtWork(path: path, since: .now())
    state.withLock { $0.current = file }
  }

  /// Counts a batch, once it is committed.
  func committed(_ batch: Batch) {
    state.withLock { state in
      for (outcome, count) in batch.outcomes { state.progress.add(outcome, count) }
      state.progress.units += batch.units
      state.progress.bytes.done += batch.bytesSettled
      if let path = batch.lastPath { state.last = path }
    }
  }

  func ended() { state.withLock { $0.current = nil } }

  /// Adds this shard to the whole.
  func add(to total: inout JobProgress) {
    let now = state.withLock { $0 }
    total += now.progress
    if let current = now.current { total.current.append(current) }
    if let last = now.last { total.lastIndexedFile = last }
  }
}

extension JobProgress {
  /// The same walk, with the files as these shards have them.
  func withFiles(of shards: [JobProgress]) -> JobProgress {
    var total = empty
    for shard in shards { total += shard }
    return total
  }

  /// The same walk, with the files as the threads of the shards have them now.
  func withFiles(of shards: [ShardMonitor]) -> JobProgress {
    var total = empty
    for shard in shards { shard.add(to: &total) }
    return total
  }

  private var empty: JobProgress {
    var kept = JobProgress()
    kept.phase = phase
    kept.files.ignored = files.ignored
    kept.ignoredBy = ignoredBy
    kept.lastIndexedFile = lastIndexedFile
    return kept
  }
}

/// What one transaction of a shard settles.
struct Batch: Sendable {
  var files = 0
  /// Read from the source.
  var bytesRead: Int64 = 0
  /// Of the files found that are settled, as the walk saw their sizes.
  var bytesSettled: Int64 = 0
  var units = 0
  var outcomes: [Outcome: Int] = [:]
  var lastPath: String?
}
