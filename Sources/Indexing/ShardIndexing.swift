internal import CSupport
internal import Catalog
internal import IndexModel
internal import Scanning

/// One shard's part of a run, on one thread: from its manifest's next entry to the commit, with no hand-over.
struct ShardIndexing: Sendable {
  let location: ShardLocation
  let shard: Int
  let job: Job
  let source: Source
  let columns: ColumnPreferences
  let files: SourceFiles
  /// The file for ``CrashMarks``.
  let crashMarks: String
  let signal: RunSignal
  let monitor: ShardMonitor
  let hooks: IndexHooks
  /// Of the data directory's disk.
  let minimumFreeBytes: Int64
  let policy = BatchPolicy()

  /// Bytes the log may grow to before it is emptied into the file.
  private static let logLimit: Int64 = 40 << 20

  /// Works until nothing is pending or the run is to stop; what was done survives power loss when it returns.
  func run() throws {
    let rows = try Shard(location, number: shard, job: job.id, epoch: job.epoch)
    let files = try FileIndexing(
      source: source, job: job.id, readsAll: job.options.readsAll, columns: columns, files: files,
      signal: signal, hooks: hooks)
    defer { monitor.ended() }
    guard let walk = try rows.read({ try $0.header(of: job.id)?.walk }) else {
      throw IndexerError(.internalError, "shard \(shard) has no file list of job \(job.id)")
    }
    let marks = try CrashMarks(path: crashMarks, walk: walk, shard: shard)
    defer { marks.close() }
    do {
      try settleAll(rows, files, marks)
    } catch let error as IndexerError where error.code != .leaseLost && error.code != .diskFull {
      // The job is about to end with what this shard committed: it must not be less after power loss.
      try rows.sync()
      throw error
    }
    try compact(rows)
    try rows.sync()
    try hooks.reached(.shardSynced)
    try rows.checkpoint(above: 0)
    try hooks.reached(.shardCheckpointed)
    try rows.close()
  }

  /// Stopped in the middle, it goes on when the job does; without room for it, the next job sees to it.
  private func compact(_ rows: Shard) throws {
    // The log takes all of the new file, before the old one gives way; and all shards may do it at once. With less, the
    // job would pause itself in the middle, and find the room again that it has just given back.
    let room = minimumFreeBytes + 2 * location.bytesOnDisk
    guard !signal.isSet, csupport_free_bytes(location.path) > room else { return }
    do {
      _ = try rows.compactIfNeeded(isStopped: { signal.isSet })
    } catch let error as IndexerError where error.code == .diskFull {
      return
    }
    try hooks.reached(.shardCompacted)
  }

  private func settleAll(_ rows: Shard, _ files: FileIndexing, _ marks: CrashMarks) throws {
    var after: Int64 = 0
    while !signal.isSet {
      let entries = try rows.read { try $0.pendingEntries(of: job.id, after: after, limit: policy.files) }
      guard !entries.isEmpty else { break }
      var rest = entries[...]
      while !rest.isEmpty, !signal.isSet {
        let settled = try inTurn(rest.first!) { try commit(rest, rows, files, marks) }
        guard settled > 0 else { break }
        after = rest[rest.startIndex + settled - 1].id
        rest = rest.dropFirst(settled)
        try rows.checkpoint(above: Self.logLimit)
      }
    }
  }

  /// Runs `body` when it is its turn, if this is a large file.
  ///
  /// - Returns: what `body` does; 0 when the run is to stop meanwhile.
  private func inTurn(_ entry: ManifestEntry, _ body: () throws -> Int) throws -> Int {
    guard entry.fingerprint.size > policy.aloneAbove else { return try body() }
    do {
      return try LargeFileTurn.run(size: entry.fingerprint.size, isStopped: { signal.isSet }, body)
    } catch is RunStopped {
      return 0
    }
  }

  /// Settles as many of `entries` as one transaction takes.
  ///
  /// - Returns: how many; none when the run is to stop.
  private func commit(
    _ entries: ArraySlice<ManifestEntry>, _ shard: Shard, _ files: FileIndexing, _ marks: CrashMarks
  ) throws -> Int {
    do {
      let batch = try shard.write { rows in
        var batch = Batch()
        let began = csupport_boottime_ms()
        for entry in entries {
          if signal.isSet { break }
          guard policy.admits(size: entry.fingerprint.size, toBatchOf: batch.files) else { break }
          let isCondemned = marks.condemns(entry.id)
          let result = try marks.holding(entry.id) {
            let path = absolute(entry.path)
            monitor.begin(path)
            try hooks.willRead(path)
            return try isCondemned ? files.giveUp(entry, in: rows) : files.process(entry, in: rows)
          }
          try record(result, entry, in: rows, &batch)
          // Committed at once: the next bad file of this batch must not undo it, or the attempt was for nothing.
          if isCondemned { break }
          let elapsed = csupport_boottime_ms() - began
          if policy.isFull(files: batch.files, bytes: batch.bytesRead, milliseconds: elapsed) { break }
        }
        try hooks.reached(.willCommit)
        return batch
      }
      try hooks.reached(.committed)
      monitor.committed(batch)
      return batch.files
    } catch is RunStopped {
      return 0
    }
  }

  private func record(
    _ result: FileIndexing.Result, _ entry: ManifestEntry, in rows: ShardRows, _ batch: inout Batch
  ) throws {
    try rows.settle(entry.id, as: result.outcome, units: result.units)
    batch.files += 1
    batch.bytesRead += result.bytes
    batch.units += result.units
    // What was to be removed is not among the files found.
    if entry.action == .remove {
      if result.outcome == .removed { batch.outcomes[.removed, default: 0] += 1 }
    } else {
      batch.outcomes[result.outcome, default: 0] += 1
      batch.bytesSettled += entry.fingerprint.size
      batch.lastPath = absolute(entry.path)
    }
  }

  private func absolute(_ path: RelativePath) -> String { "\(source.root)/\(path)" }
}
