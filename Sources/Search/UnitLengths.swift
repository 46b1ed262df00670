internal import GRDB
internal import SQLiteStore

/// The number of tokens of each unit of a shard, two bytes each.
///
/// Ids of units are never used again, so what is known stays true; new units are added, and those that are gone do
/// no harm. A length above 65,535 counts as that.
struct UnitLengths {
  private(set) var values: [UInt16] = []
  /// The unit that `values[0]` belongs to.
  private(set) var firstUnit: Int64 = 0
  private(set) var isLoaded = false

  /// When more ids than these were in use (64 MiB), the others are looked up one by one.
  private static let maximumCount: Int64 = 32 << 20

  /// Reads what came since the last call.
  mutating func refresh(_ db: Database) throws {
    isLoaded = true
    // FTS5's own table: a blob with a varint for each column. https://sqlite.org/fts5.html, "FTS5 data structures"
    let select = try RawStatement(db, "SELECT id, sz FROM postings_docsize WHERE id > ?1 ORDER BY id")
    select.bind(values.isEmpty ? Int64.min : firstUnit + Int64(values.count) - 1, at: 1)
    while try select.step() {
      let unit = select.int64(0)
      if values.isEmpty { firstUnit = unit }
      let index = unit - firstUnit
      guard index < Self.maximumCount else { break }
      while Int64(values.count) < index { values.append(0) }
      values.append(UInt16(clamping: FTSVarints.sum(of: select.bytes(1))))
    }
  }
}

/// SQLite's variable-length integers: seven bits a byte, most significant first, eight in the ninth.
enum FTSVarints {
  static func sum(of blob: UnsafeRawBufferPointer) -> Int64 {
    var sum: Int64 = 0
    forEach(in: blob) { sum &+= $0 }
    return sum
  }

  @inline(__always)
  static func forEach(in blob: UnsafeRawBufferPointer, _ body: (Int64) -> Void) {
    var value: UInt64 = 0
    var count = 0
    for byte in blob {
      count += 1
      if count == 9 {
        value = value << 8 | UInt64(byte)
      } else {
        value = value << 7 | UInt64(byte & 0x7F)
        if byte >= 0x80 { continue }
      }
      body(Int64(bitPattern: value))
      value = 0
      count = 0
    }
  }
}
