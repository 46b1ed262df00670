package import IndexModel
internal import SQLiteStore

/// One thing a job has to do in a shard.
package struct ManifestEntry: Hashable, Sendable {
  package var id: Int64
  package var path: RelativePath
  package var action: Action
  package var fingerprint: Fingerprint

  package enum Action: Hashable, Sendable {
    /// Read the file.
    case index
    /// The walk has told the outcome already.
    case note(Outcome)
    /// The walk did not find the file.
    case remove
  }

  package init(id: Int64 = 0, path: RelativePath, action: Action, fingerprint: Fingerprint) {
    self.id = id
    self.path = path
    self.action = action
    self.fingerprint = fingerprint
  }
}

/// The list of what a job has to do in this shard. Frozen once its header is written.
extension ShardRows {
  package func insert(_ entry: ManifestEntry, job: String, source: Int64) throws {
    let insert = try statement(
      """
      INSERT INTO manifest (job, source, path, action, noted, size, modified_ns, changed_ns, inode)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    insert.bindText(job, at: 1)
    insert.bind(source, at: 2)
    insert.bindText(entry.path.bytes, at: 3)
    switch entry.action {
    case .index:
      insert.bindText("index", at: 4)
      insert.bindNull(at: 5)
    case .note(let outcome):
      insert.bindText("note", at: 4)
      insert.bindText(Self.noted(outcome), at: 5)
    case .remove:
      insert.bindText("remove", at: 4)
      insert.bindNull(at: 5)
    }
    insert.bind(entry.fingerprint.size, at: 6)
    insert.bind(entry.fingerprint.modified, at: 7)
    insert.bind(entry.fingerprint.changed, at: 8)
    insert.bind(Int64(bitPattern: entry.fingerprint.inode), at: 9)
    try insert.run()
  }

  /// The next entries that are pending, in order.
  ///
  /// - Parameter after: an entry's id; 0 to begin.
  package func pendingEntries(of job: String, after: Int64, limit: Int) throws -> [ManifestEntry] {
    let select = try statement(
      """
      SELECT id, path, action, noted, size, modified_ns, changed_ns, inode
      FROM manifest WHERE id > ? AND job = ? AND outcome = 'pending' ORDER BY id LIMIT ?
      """)
    defer { select.reset() }
    select.bind(after, at: 1)
    select.bindText(job, at: 2)
    select.bind(limit, at: 3)
    var entries: [ManifestEntry] = []
    entries.reserveCapacity(limit)
    while try select.step() {
      entries.append(
        ManifestEntry(
          id: select.int64(0), path: RelativePath(bytes: Array(select.bytes(1))),
          action: try Self.action(select.string(2) ?? "", noted: select.string(3)),
          fingerprint: Fingerprint(
            size: select.int64(4), modified: select.int64(5), changed: select.int64(6),
            inode: UInt64(bitPattern: select.int64(7)))))
    }
    return entries
  }

  /// Records what became of an entry.
  ///
  /// - Parameter units: that were written for it.
  package func settle(_ entry: Int64, as outcome: Outcome, units: Int) throws {
    let update = try statement("UPDATE manifest SET outcome = ?, reason = ?, units = ? WHERE id = ?")
    update.bindText(outcome.name.rawValue, at: 1)
    update.bindText(outcome.reason, at: 2)
    update.bind(units, at: 3)
    update.bind(entry, at: 4)
    try update.run()
  }

  private static func noted(_ outcome: Outcome) -> String {
    [outcome.name.rawValue, outcome.reason].compactMap(\.self).joined(separator: " ")
  }

  private static func action(_ word: String, noted: String?) throws -> ManifestEntry.Action {
    switch word {
    case "index": return .index
    case "remove": return .remove
    default:
      let parts = (noted ?? "").split(separator: " ").map(String.init)
      guard word == "note", let name = parts.first,
        let outcome = Outcome(name: name, reason: parts.count > 1 ? parts[1] : nil)
      else {
        throw IndexerError(.damaged, "the job's file list holds an entry that this version does not know: \(word)")
      }
      return .note(outcome)
    }
  }
}
