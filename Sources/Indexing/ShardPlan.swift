internal import Catalog
internal import IndexModel
internal import Scanning

/// Compares what a walk found with what a shard has, and freezes what is left to do.
struct ShardPlan {
  let job: Job
  let source: Source
  let standing: Standing
  let walk: WalkResult
  /// The same for every shard of the generation.
  let walkID: String
  let shard: Int
  let shards: Int

  private var entries = 0
  private var settled: [Outcome: Int] = [:]
  /// Of files that this job had indexed before its list was made anew.
  private var units = 0
  private var bytes: Int64 = 0
  private var settledBytes: Int64 = 0

  init(job: Job, source: Source, standing: Standing, walk: WalkResult, walkID: String, shard: Int, shards: Int) {
    self.job = job
    self.source = source
    self.standing = standing
    self.walk = walk
    self.walkID = walkID
    self.shard = shard
    self.shards = shards
  }

  /// Writes the manifest and its header, inside the shard's transaction.
  mutating func write(to rows: ShardRows) throws {
    let removed = try rows.removedFiles(by: job.id)
    if removed > 0 { settled[.removed] = removed }
    try rows.dropManifests(ofSource: source.id)
    try compare(with: rows)
    let counts = settled.map { SettledCount($0.key, files: $0.value, units: $0.key == .indexed ? units : nil) }
      .sorted { ($0.outcome.rawValue, $0.reason ?? "") < ($1.outcome.rawValue, $1.reason ?? "") }
    try rows.insert(
      ManifestHeader(
        source: source.id, walk: walkID, entries: entries, settled: counts, bytes: bytes,
        settledBytes: settledBytes), job: job.id)
  }

  /// Both sides are in byte order of their paths: one pass.
  private mutating func compare(with rows: ShardRows) throws {
    var removals: [ManifestEntry] = []
    var mine = walk.entries.lazy.filter { [shard, shards] in
      ShardLocation.shard(of: $0.path, among: shards) == shard
    }.makeIterator()
    var next = mine.next()
    let jobBytes = Array(job.id.utf8)
    try rows.eachRecord(of: source.id) { record in
      while let found = next, found.path.precedes(record.path) {
        try add(found, to: rows)
        next = mine.next()
      }
      if let found = next, found.path.bytes.elementsEqual(record.path) {
        try add(found, known: record, isMine: jobBytes.elementsEqual(record.job), to: rows)
        next = mine.next()
      } else if walk.isComplete {
        removals.append(
          ManifestEntry(
            path: RelativePath(bytes: Array(record.path)), action: .remove, fingerprint: record.fingerprint))
      }
    }
    while let found = next {
      try add(found, to: rows)
      next = mine.next()
    }
    // Last: while files move within the source, they are found at one place or the other, or at both.
    for removal in removals { try insert(removal, into: rows) }
  }

  private mutating func add(_ found: WalkEntry, to rows: ShardRows) throws {
    bytes += found.fingerprint.size
    switch found.verdict {
    case .file: try insert(found, .index, into: rows)
    case .skipped(let reason): try insert(found, .note(.skipped(reason)), into: rows)
    case .failed(let reason): try insert(found, .note(.failed(reason)), into: rows)
    }
  }

  private mutating func add(
    _ found: WalkEntry, known: FileRecord, isMine: Bool, to rows: ShardRows
  ) throws {
    let isCurrent =
      known.isCurrent(found.fingerprint) && standing.stands(known) && (isMine || !job.options.readsAll)
    switch (found.verdict, known.outcome) {
    case (.file, .indexed) where isCurrent:
      // Indexed by this very job, before its list was made anew.
      settle(isMine ? .indexed : .unchanged, found)
      if isMine { units += known.units }
    case (.file, .skipped(let reason)) where isCurrent && reason.isOfContent:
      settle(known.outcome, found)
    case (.file, .failed) where isCurrent:
      settle(known.outcome, found)
    case (.skipped(let reason), .skipped(let old)) where isCurrent && reason == old:
      settle(known.outcome, found)
    default:
      try add(found, to: rows)
    }
  }

  private mutating func settle(_ outcome: Outcome, _ found: WalkEntry) {
    settled[outcome, default: 0] += 1
    bytes += found.fingerprint.size
    settledBytes += found.fingerprint.size
  }

  private mutating func insert(
    _ found: WalkEntry, _ action: ManifestEntry.Action, into rows: ShardRows
  ) throws {
    try insert(ManifestEntry(path: found.path, action: action, fingerprint: found.fingerprint), into: rows)
  }

  private mutating func insert(_ entry: ManifestEntry, into rows: ShardRows) throws {
    try rows.insert(entry, job: job.id, source: source.id)
    entries += 1
  }
}
