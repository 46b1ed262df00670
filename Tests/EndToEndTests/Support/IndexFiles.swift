import Foundation
import TestSupport
import Testing

/// The database files of a data directory, read as another program sees them: with Debian's `sqlite3 -readonly`.
struct IndexFiles: Sendable {
  let indexer: Indexer
  /// Of which data directory; the indexer's own, or a copy.
  let directory: String

  init(_ indexer: Indexer, directory: String? = nil) {
    self.indexer = indexer
    self.directory = directory ?? indexer.dataDirectory
  }

  var queue: String { directory + "/queue.db" }

  /// Of all projects, in order.
  var shards: [String] {
    let projects = directory + "/projects"
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: projects)) ?? []
    return names.filter { $0.hasSuffix(".db") }.sorted().map { "\(projects)/\($0)" }
  }

  /// The rows of a query, columns parted by `|`.
  func rows(_ file: String, _ sql: String, readOnly: Bool = true) async throws -> [String] {
    let arguments =
      ["/usr/bin/sqlite3", "-bail", "-cmd", ".timeout 5000"] + (readOnly ? ["-readonly"] : []) + [file, sql]
    let result = try await ChildProcess(
      arguments, environment: ["HOME": "/nonexistent", "PATH": "/usr/bin:/bin"], directory: "/",
      scratch: indexer.scratch.path
    ).end()
    guard result.status == 0 else { throw Failure("\(file): \(sql): \(result.errors)") }
    return result.lines
  }

  /// The rows of a query on all shards together.
  func shardRows(_ sql: String) async throws -> [String] {
    var all: [String] = []
    for shard in shards where try await isMade(shard) { all += try await rows(shard, sql) }
    return all
  }

  /// Keys (see ``OpenWatch``) of the files whose outcome the job has committed.
  func committed(_ job: String) async throws -> Set<String> {
    Set(try await shardRows("SELECT hex(path) FROM manifest WHERE job = '\(job)' AND outcome <> 'pending'"))
  }

  func committedCount(_ job: String) async throws -> Int {
    try await shardRows("SELECT count(*) FROM manifest WHERE job = '\(job)' AND outcome <> 'pending'")
      .compactMap { Int($0) }.reduce(0, +)
  }

  /// Whether a shard has its tables already: a kill may have come before. What a dead run left half made, the next
  /// one makes anew, so the file may also go while one looks.
  private func isMade(_ shard: String) async throws -> Bool {
    let tables = try? await rows(shard, "SELECT count(*) FROM sqlite_master WHERE name = 'manifest'")
    return tables == ["1"]
  }

  // MARK: Comparing

  /// What matters of an index, independent of row ids, times and the job that wrote it.
  func contents(words: [String]) async throws -> [String] {
    let files = """
      SELECT 'file', hex(path), outcome, coalesce(reason, ''), hex(content_hash), size, units,
        coalesce(kind, ''), coalesce(encoding, '') FROM files
      """
    let units = """
      SELECT 'unit', hex(f.path), u.first_line, u.last_line, coalesce(u.title, ''), coalesce(t.bytes, 0),
        hex(sha3(coalesce(t.text, ''), 256))
      FROM units u JOIN files f ON f.id = u.file LEFT JOIN unit_texts t ON t.unit = u.id
      """
    let matches = words.map { word in
      """
      SELECT 'match', '\(word)', hex(f.path), u.first_line
      FROM postings p JOIN units u ON u.id = p.rowid JOIN files f ON f.id = u.file WHERE postings MATCH '"\(word)"'
      """
    }
    return try await shardRows(([files, units] + matches).joined(separator: ";")).sorted()
  }

  /// Copies the data directory as it lies there, with logs that were not emptied, and has SQLite and FTS5 check the
  /// copy: the check must not mend what the program is to mend.
  func expectIntegrity(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let copy = indexer.scratch.path("copy-\(UUID().uuidString)")
    try FileManager.default.copyItem(atPath: directory, toPath: copy)
    defer { do { try FileManager.default.removeItem(atPath: copy) } catch {} }
    let files = IndexFiles(indexer, directory: copy)
    let queue = try await files.rows(
      files.queue, "PRAGMA integrity_check; PRAGMA foreign_key_check", readOnly: false)
    #expect(queue == ["ok"], sourceLocation: sourceLocation)
    for shard in files.shards where try await files.isMade(shard) {
      // The second statement fails, and with it the shell, when the full text is not whole.
      let said = try await files.rows(
        shard,
        """
        PRAGMA integrity_check; INSERT INTO postings (postings) VALUES ('integrity-check');
        SELECT count(*) FROM (SELECT id FROM units EXCEPT SELECT id FROM postings_docsize);
        SELECT count(*) FROM (SELECT id FROM postings_docsize EXCEPT SELECT id FROM units)
        """, readOnly: false)
      #expect(said == ["ok", "0", "0"], "\(shard)", sourceLocation: sourceLocation)
    }
  }
}
