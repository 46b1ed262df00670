internal import Foundation
package import IndexModel
internal import SQLiteStore

/// Says that a job's manifest in this shard is whole, and counts the files that needed no entry.
package struct ManifestHeader: Hashable, Sendable {
  package var source: Int64
  /// The same in every shard of the generation.
  package var walk: String
  package var entries: Int
  /// Files that were settled by the plan alone.
  package var settled: [SettledCount]
  /// Of all files found that belong here.
  package var bytes: Int64
  /// Of those settled by the plan.
  package var settledBytes: Int64

  package init(
    source: Int64, walk: String, entries: Int, settled: [SettledCount], bytes: Int64, settledBytes: Int64
  ) {
    self.source = source
    self.walk = walk
    self.entries = entries
    self.settled = settled
    self.bytes = bytes
    self.settledBytes = settledBytes
  }
}

/// How many files had an outcome.
///
/// The manifest is made anew when another job has written in between: what the job had done until then is in here.
package struct SettledCount: Hashable, Sendable, Codable {
  package var outcome: OutcomeName
  package var reason: String?
  package var files: Int
  /// That the job wrote for them; nil: none.
  package var units: Int?

  package init(_ outcome: Outcome, files: Int, units: Int? = nil) {
    self.outcome = outcome.name
    reason = outcome.reason
    self.files = files
    self.units = units
  }
}

extension ShardRows {
  package func header(of job: String) throws -> ManifestHeader? {
    let select = try statement(
      "SELECT source, walk, rows, settled, bytes, settled_bytes FROM manifest_headers WHERE job = ?")
    defer { select.reset() }
    select.bindText(job, at: 1)
    guard try select.step() else { return nil }
    return ManifestHeader(
      source: select.int64(0), walk: select.string(1) ?? "", entries: select.int(2),
      settled: try JSONDecoder().decode([SettledCount].self, from: Data(select.bytes(3))),
      bytes: select.int64(4), settledBytes: select.int64(5))
  }

  package func insert(_ header: ManifestHeader, job: String) throws {
    let insert = try statement(
      """
      INSERT INTO manifest_headers (job, source, walk, rows, settled, bytes, settled_bytes)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """)
    insert.bindText(job, at: 1)
    insert.bind(header.source, at: 2)
    insert.bindText(header.walk, at: 3)
    insert.bind(header.entries, at: 4)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    insert.bindText(Array(try encoder.encode(header.settled)), at: 5)
    insert.bind(header.bytes, at: 6)
    insert.bind(header.settledBytes, at: 7)
    try insert.run()
  }

  /// Removes the manifests of all jobs of a source. Those of unfinished ones too: once another job has written to the
  /// shard, they make a new one anyway.
  package func dropManifests(ofSource source: Int64) throws {
    for sql: StaticString in ["DELETE FROM manifest WHERE source = ?", "DELETE FROM manifest_headers WHERE source = ?"]
    {
      let delete = try statement(sql)
      delete.bind(source, at: 1)
      try delete.run()
    }
  }

  package func dropManifest(of job: String) throws {
    for sql: StaticString in ["DELETE FROM manifest WHERE job = ?", "DELETE FROM manifest_headers WHERE job = ?"] {
      let delete = try statement(sql)
      delete.bindText(job, at: 1)
      try delete.run()
    }
  }

  /// How many files the job has removed here, over all of its manifests.
  package func removedFiles(by job: String) throws -> Int {
    let select = try statement("SELECT count(*) FROM manifest WHERE job = ? AND outcome = 'removed'")
    defer { select.reset() }
    select.bindText(job, at: 1)
    let listed = try select.step() ? select.int(0) : 0
    return listed + (try header(of: job)?.settled.first { $0.outcome == .removed }?.files ?? 0)
  }

  /// What the committed rows of this shard say of a job, to be added to what the other shards say.
  ///
  /// - Returns: nil when there is no whole manifest.
  package func progress(of job: String) throws -> JobProgress? {
    guard let header = try header(of: job) else { return nil }
    var progress = JobProgress()
    progress.bytes.found = header.bytes
    progress.bytes.done = header.settledBytes
    for count in header.settled {
      guard let outcome = Outcome(name: count.outcome.rawValue, reason: count.reason) else { continue }
      if outcome == .removed {
        progress.files.removed += count.files
        continue
      }
      progress.units += count.units ?? 0
      progress.files.found += count.files
      progress.files.pending += count.files
      progress.add(outcome, count.files)
    }
    let select = try statement(
      """
      SELECT action = 'remove', outcome, reason, count(*), sum(size), sum(units) FROM manifest
      WHERE job = ? GROUP BY 1, 2, 3
      """)
    defer { select.reset() }
    select.bindText(job, at: 1)
    var entries = 0
    while try select.step() {
      let isRemoval = select.int(0) == 1
      let files = select.int(3)
      entries += files
      if isRemoval {
        if select.string(1) == OutcomeName.removed.rawValue { progress.files.removed += files }
        continue
      }
      progress.files.found += files
      progress.files.pending += files
      guard let outcome = Outcome(name: select.string(1) ?? "", reason: select.string(2)) else { continue }
      progress.add(outcome, files)
      progress.bytes.done += select.int64(4)
      progress.units += select.int(5)
    }
    return entries == header.entries ? progress : nil
  }
}
