internal import IndexModel
internal import SQLiteStore

/// Takes files over from one generation to another without reading them anew: rows, units and stored texts as they are,
/// postings made again by this version's tokeniser. Used on one thread.
package final class FileCarrier {
  private let units = UnitWriter()
  private let codec = UnitTextCodec()
  private let contextCodec = UnitTextCodec()

  /// In one transaction, whichever comes first.
  private static let files = 250
  private static let bytes: Int64 = 16 << 20

  package init() {}

  /// Takes over those files of a shard that belong to shard `number` of `shards`, but for those of one source.
  ///
  /// - Returns: false when it was stopped before the end.
  package func carry(
    _ old: ShardReader, into new: Shard, number: Int, of shards: Int, leavingOut source: Int64, isStopped: () -> Bool
  ) throws -> Bool {
    var left = try old.read { try $0.paths(exceptOf: source) }
      .filter { ShardLocation.shard(of: $0.path, among: shards) == number }[...]
    while !left.isEmpty {
      if isStopped() { return false }
      try new.write { rows in
        try old.read { known in
          var bytes: Int64 = 0
          var files = 0
          while files < Self.files, bytes < Self.bytes, let (source, path) = left.first {
            left.removeFirst()
            guard let file = try known.file(source: source, path: path) else { continue }
            try carry(file, from: known, into: rows)
            files += 1
            bytes += file.fingerprint.size
          }
        }
      }
      try new.checkpoint(above: 40 << 20)
    }
    return true
  }

  private func carry(_ file: FileRow, from known: ShardRows, into rows: ShardRows) throws {
    let id = try rows.insert(file)
    units.begin(path: file.path)
    let select = try known.statement(
      """
      SELECT u.first_line, u.last_line, u.title, u.page, u.sheet, u.first_row, u.last_row, t.bytes, t.text,
        t.context_bytes, t.context
      FROM units u LEFT JOIN unit_texts t ON t.unit = u.id WHERE u.file = ? ORDER BY u.id
      """)
    defer { select.reset() }
    select.bind(file.id, at: 1)
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    while try select.step() {
      let rowsOfSheet = select.isNull(5) ? nil : select.int(5)...max(select.int(5), select.int(6))
      let place = UnitPlace(
        firstLine: select.int(0), lastLine: select.int(1), title: select.string(2),
        page: select.isNull(3) ? nil : select.int(3), sheet: select.string(4), rows: rowsOfSheet)
      let text = select.isNull(8) ? none : try codec.decompress(select.bytes(8), bytes: select.int(7))
      let context = select.isNull(10) ? none : try contextCodec.decompress(select.bytes(10), bytes: select.int(9))
      try units.add(text, context: context, file: id, at: place, to: rows)
    }
  }
}

extension ShardRows {
  /// Of all files but those of one source.
  func paths(exceptOf source: Int64) throws -> [(source: Int64, path: RelativePath)] {
    let select = try statement("SELECT source, path FROM files WHERE source <> ? ORDER BY source, path")
    defer { select.reset() }
    select.bind(source, at: 1)
    var paths: [(source: Int64, path: RelativePath)] = []
    while try select.step() { paths.append((select.int64(0), RelativePath(bytes: Array(select.bytes(1))))) }
    return paths
  }
}
