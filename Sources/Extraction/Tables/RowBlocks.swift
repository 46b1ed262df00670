internal import IndexModel

/// Makes units of a sheet's rows: blocks of lines such as `region: Nord | amount: 12`.
///
/// Line `i` of a unit, counted from 0, is row `rows.lowerBound + i`, in `text` and `context` alike; rows without
/// values are empty lines. A block has at most ``maximumRows`` rows and `UnitSplitter.maximumBytes` of each. A row
/// above that is cut into units of one line: between two cells, or inside of a cell, whose name is then repeated.
struct RowBlocks {
  static let maximumRows = 100
  private static let maximumBytes = UnitSplitter.maximumBytes

  private struct Column {
    var role: TableColumns.Role
    /// Of what stands before its values, in ``prefixes``.
    var prefix: Range<Int>
  }

  private let sink: UnitSink
  private let preferences: ColumnPreferences
  private let hasContext: Bool
  private let title: String?
  private let sheet: String?

  private var columns: [Column] = []
  /// Such as `region: `, one after the other.
  private var prefixes: [UInt8] = []

  private var text = LineBuffer(capacity: maximumBytes)
  private var context: LineBuffer
  private var rows: ClosedRange<Int>?
  private var line: [UInt8] = []
  private var contextLine: [UInt8] = []

  init(_ sink: UnitSink, columns: TableColumns, preferences: ColumnPreferences, title: String?) {
    self.sink = sink
    self.preferences = preferences
    hasContext = !preferences.context.isEmpty
    context = LineBuffer(capacity: hasContext ? Self.maximumBytes : 0)
    self.title = title
    sheet = columns.sheet
    for name in columns.names {
      let start = prefixes.count
      prefixes += Self.prefix(name)
      self.columns.append(Column(role: TableColumns.Role(name, in: preferences), prefix: start..<prefixes.count))
    }
  }

  private static func prefix(_ name: String) -> [UInt8] { Array("\(name): ".utf8) }

  /// Adds a row of values.
  ///
  /// - Parameter number: of the row in its sheet; higher than the last.
  mutating func add(_ row: TableRow, number: Int) throws {
    if hasContext { addContext(of: row) }
    // A row that fits goes straight into the block; nearly all do.
    if let length = searchedLength(of: row), length < Self.maximumBytes {
      guard length > 0 || !contextLine.isEmpty else { return }
      try makeRoom(for: length, row: number)
      appendSearched(row)
      endLine(row: number)
    } else {
      for cell in row.cells {
        guard let prefix = prefix(of: cell, as: .searched) else { continue }
        try add(row.bytes[cell.range], after: prefix, row: number)
      }
      if !line.isEmpty || !contextLine.isEmpty { try commitLine(row: number) }
    }
    contextLine.removeAll(keepingCapacity: true)
  }

  private static let separator = Array(" | ".utf8)

  /// What stands before the values of a cell's column; nil when the column has another role.
  private func prefix(of cell: TableRow.Cell, as role: TableColumns.Role) -> ArraySlice<UInt8>? {
    if cell.column < columns.count {
      let column = columns[cell.column]
      return column.role == role ? prefixes[column.prefix] : nil
    }
    // Made up when it is needed: a row may have one cell, and that in column 8,000,000.
    let name = TableColumns.generatedName(cell.column)
    return TableColumns.Role(name, in: preferences) == role ? Self.prefix(name)[...] : nil
  }

  /// - Returns: nil when there is a cell in a column without a name.
  private func searchedLength(of row: TableRow) -> Int? {
    var length = 0
    for cell in row.cells {
      guard cell.column < columns.count else { return nil }
      let column = columns[cell.column]
      if column.role == .searched { length += Self.separator.count + column.prefix.count + cell.range.count }
    }
    return max(0, length - Self.separator.count)
  }

  private mutating func appendSearched(_ row: TableRow) {
    row.bytes.withUnsafeBytes { values in
      prefixes.withUnsafeBytes { prefixes in
        var isFirst = true
        for cell in row.cells {
          let column = columns[cell.column]
          guard column.role == .searched else { continue }
          if !isFirst { text.append(Self.separator) }
          isFirst = false
          text.append(prefixes, column.prefix)
          text.append(values, cell.range)
        }
      }
    }
  }

  /// Adds a row that is no values but names or a title: its cells without names.
  mutating func add(plain row: TableRow, number: Int) throws {
    for cell in row.cells { try add(row.bytes[cell.range], after: [], row: number) }
    if !line.isEmpty { try commitLine(row: number) }
  }

  /// Gives the last block to the sink.
  mutating func end() throws {
    guard let rows else { return }
    // A block of which only context is left cannot be found, so it is not worth a unit.
    if text.hasMoreThanLineEnds {
      try sink.add(DocumentUnit(text: text.string, context: context.string, title: title, sheet: sheet, rows: rows))
    }
    text.removeAll()
    context.removeAll()
    self.rows = nil
  }

  /// The context of one row is shown, not searched, so it may be cut.
  private mutating func addContext(of row: TableRow) {
    for cell in row.cells {
      guard let prefix = prefix(of: cell, as: .context) else { continue }
      let room = Self.maximumBytes - 1 - contextLine.count - prefix.count - 3
      guard room > 0 else { return }
      Self.append(row.bytes[cell.range].head(atMost: room), after: prefix, to: &contextLine)
    }
  }

  private mutating func add(_ value: ArraySlice<UInt8>, after prefix: ArraySlice<UInt8>, row: Int) throws {
    let limit = Self.maximumBytes - 1
    if line.count + 3 + prefix.count + value.count > limit {
      if !line.isEmpty { try commitLine(row: row) }
      var rest = value
      while prefix.count + rest.count > limit {
        let head = rest.head(atMost: limit - prefix.count)
        Self.append(head, after: prefix, to: &line)
        try commitLine(row: row)
        rest = rest[head.endIndex...]
      }
      Self.append(rest, after: prefix, to: &line)
    } else {
      Self.append(value, after: prefix, to: &line)
    }
  }

  private static func append(
    _ value: ArraySlice<UInt8>, after prefix: ArraySlice<UInt8>, to line: inout [UInt8]
  ) {
    if !line.isEmpty { line += separator }
    line += prefix
    line += value
  }

  private mutating func commitLine(row: Int) throws {
    try makeRoom(for: line.count, row: row)
    text.append(line)
    endLine(row: row)
    line.removeAll(keepingCapacity: true)
  }

  /// Ends the block when a row of `length` bytes does not go into it, and else adds the empty lines before the row.
  private mutating func makeRoom(for length: Int, row: Int) throws {
    guard let rows else { return }
    let gap = row - rows.upperBound - 1
    let isFull =
      gap < 0 || row - rows.lowerBound >= Self.maximumRows || !text.hasRoom(for: gap + length + 1)
      || hasContext && !context.hasRoom(for: gap + contextLine.count + 1)
    if isFull {
      try end()
    } else {
      text.appendLineEnds(gap)
      if hasContext { context.appendLineEnds(gap) }
    }
  }

  private mutating func endLine(row: Int) {
    text.appendLineEnds(1)
    if hasContext {
      context.append(contextLine)
      context.appendLineEnds(1)
    }
    rows = (rows?.lowerBound ?? row)...row
  }
}

/// UTF-8 in a buffer of a fixed size, which is filled by plain copying.
private struct LineBuffer {
  private var bytes: [UInt8]
  private var count = 0

  init(capacity: Int) { bytes = [UInt8](repeating: 0, count: capacity) }

  func hasRoom(for more: Int) -> Bool { count + more <= bytes.count }

  var string: String { String(decoding: bytes[..<count], as: UTF8.self) }

  var hasMoreThanLineEnds: Bool { bytes[..<count].contains { $0 != .lf } }

  mutating func removeAll() { count = 0 }

  mutating func append(_ more: UnsafeRawBufferPointer, _ range: Range<Int>) {
    append(UnsafeRawBufferPointer(rebasing: more[range]))
  }

  mutating func append(_ more: [UInt8]) { more.withUnsafeBytes { append($0) } }

  @inline(__always)
  private mutating func append(_ more: UnsafeRawBufferPointer) {
    precondition(hasRoom(for: more.count))
    bytes.withUnsafeMutableBytes { UnsafeMutableRawBufferPointer(rebasing: $0[count...]).copyMemory(from: more) }
    count += more.count
  }

  mutating func appendLineEnds(_ number: Int) {
    precondition(hasRoom(for: number))
    for _ in 0..<number {
      bytes[count] = .lf
      count += 1
    }
  }
}

extension ArraySlice<UInt8> {
  /// The longest part within `count` bytes that ends after a blank in its last quarter, or else between two scalars.
  fileprivate func head(atMost limit: Int) -> ArraySlice<UInt8> {
    guard count > limit else { return self }
    var end = startIndex + limit
    while end > startIndex + limit - limit / 4 {
      if self[end - 1] == .blank { return self[..<end] }
      end -= 1
    }
    end = startIndex + limit
    // At most three steps in UTF-8; what is not UTF-8 is cut anywhere.
    while end > startIndex + Swift.max(1, limit - 3), self[end] & 0xC0 == 0x80 { end -= 1 }
    return self[..<end]
  }
}
