internal import CSupport
internal import GRDB
internal import SQLiteStore

/// Applies a ``FileFilter`` to one shard.
struct Admission {
  let filter: FileFilter
  let db: Database

  /// Up to so many hits, each one's file is looked up; for more, all files are read once, in the order they lie in.
  private static let maximumLookups = 1000

  func admitted(_ hits: [csupport_hit]) throws -> [csupport_hit] {
    guard !filter.admitsAll, !hits.isEmpty else { return hits }
    return try hits.count <= Self.maximumLookups ? lookedUp(hits) : scanned(hits)
  }

  private func lookedUp(_ hits: [csupport_hit]) throws -> [csupport_hit] {
    let select = try RawStatement(
      db, "SELECT f.source, f.path, f.kind FROM units u JOIN files f ON f.id = u.file WHERE u.id = ?1")
    return try hits.filter { hit in
      select.bind(hit.unit, at: 1)
      defer { select.reset() }
      return try select.step()
        && filter.admits(source: select.int64(0), path: select.bytes(1), kind: select.bytes(2))
    }
  }

  private func scanned(_ hits: [csupport_hit]) throws -> [csupport_hit] {
    let files = try RawStatement(db, "SELECT source, path, kind, id FROM files")
    var admitted: Set<Int64> = []
    while try files.step() {
      if filter.admits(source: files.int64(0), path: files.bytes(1), kind: files.bytes(2)) {
        admitted.insert(files.int64(3))
      }
    }
    guard !admitted.isEmpty else { return [] }
    // In the order of the index, which is by file; it alone is read.
    let units = try RawStatement(db, "SELECT file, id FROM units INDEXED BY units_by_file ORDER BY file")
    var wanted: Set<Int64> = []
    var file: (id: Int64, isAdmitted: Bool) = (.min, false)
    while try units.step() {
      let id = units.int64(0)
      if id != file.id { file = (id, admitted.contains(id)) }
      if file.isAdmitted { wanted.insert(units.int64(1)) }
    }
    return hits.filter { wanted.contains($0.unit) }
  }

  /// The first units of the admitted files: the best `count` by path.
  func firstUnits(_ count: Int, shard: Int) throws -> [Candidate] {
    let files = try RawStatement(db, "SELECT source, path, kind, id FROM files ORDER BY source, path")
    var candidates: [Candidate] = []
    var source: Int64?
    var taken = 0
    while try files.step() {
      if files.int64(0) != source {
        source = files.int64(0)
        taken = 0
      }
      // In each source they come by path, so no more than these can be among the best.
      guard taken < count,
        filter.admits(source: files.int64(0), path: files.bytes(1), kind: files.bytes(2))
      else { continue }
      taken += 1
      candidates.append(
        Candidate(
          shard: shard, unit: files.int64(3), score: 0, path: Array(files.bytes(1)), firstLine: 1,
          source: files.int64(0)))
    }
    let first = try RawStatement(db, "SELECT min(id) FROM units WHERE file = ?1")
    return try Candidate.best(candidates, count).compactMap { candidate in
      var candidate = candidate
      first.bind(candidate.unit, at: 1)
      defer { first.reset() }
      guard try first.step(), !first.isNull(0) else { return nil }
      candidate.unit = first.int64(0)
      return candidate
    }
  }
}
