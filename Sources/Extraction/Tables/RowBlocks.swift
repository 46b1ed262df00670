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
    var prefix: [UInt8]

    init(_ name: String, _ preferences: ColumnPreferences) {
      role = TableColumns.Role(name, in: preferences)
      prefix = Array("\(name): ".utf8)
    }
  }

  private let sink: UnitSink
  private let preferences: ColumnPreferences
  private let columns: [Column]
  private let hasContext: Bool
  private let title: String?
  private let sheet: String?

  private var text: [UInt8] = []
  private var context: [UInt8] = []
  private var rows: ClosedRange<Int>?
  private var line: [UInt8] = []
  private var contextLine: [UInt8] = []

  init(_ sink: UnitSink, columns: TableColumns, preferences: ColumnPreferences, title: String?) {
    self.sink = sink
    self.preferences = preferences
    self.columns = columns.names.map { Column($0, preferences) }
    hasContext = !preferences.context.isEmpty
    self.title = title
    sheet = columns.sheet
  }

  /// Adds a row of values.
  ///
  /// - Parameter number: of the row in its sheet; higher than the last.
  mutating func add(_ row: TableRow, number: Int) throws {
    if hasContext { addContext(of: row) }
    for cell in row.cells {
      let column = column(cell.column)
      if column.role == .searched { try add(row.bytes[cell.range], after: column.prefix, row: number) }
    }
    try endLine(row: number)
  }

  /// Adds a row that is no values but names or a title: its cells without names.
  mutating func add(plain row: TableRow, number: Int) throws {
    for cell in row.cells { try add(row.bytes[cell.range], after: [], row: number) }
    try endLine(row: number)
  }

  /// Gives the last block to the sink.
  mutating func end() throws {
    guard let rows else { return }
    // A block of which only context is left cannot be found, so it is not worth a unit.
    if !text.allSatisfy({ $0 == UInt8(ascii: "\n") }) {
      try sink.add(
        DocumentUnit(
          text: String(decoding: text, as: UTF8.self),
          context: hasContext ? String(decoding: context, as: UTF8.self) : "",
          title: title, sheet: sheet, rows: rows))
    }
    text.removeAll(keepingCapacity: true)
    context.removeAll(keepingCapacity: true)
    self.rows = nil
  }

  private func column(_ number: Int) -> Column {
    number < columns.count ? columns[number] : Column(TableColumns.generatedName(number), preferences)
  }

  /// The context of one row is shown, not searched, so it may be cut.
  private mutating func addContext(of row: TableRow) {
    for cell in row.cells {
      let column = column(cell.column)
      guard column.role == .context else { continue }
      let room = Self.maximumBytes - 1 - contextLine.count - column.prefix.count - 3
      guard room > 0 else { return }
      Self.append(row.bytes[cell.range].head(atMost: room), after: column.prefix, to: &contextLine)
    }
  }

  private mutating func add(_ value: ArraySlice<UInt8>, after prefix: [UInt8], row: Int) throws {
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

  private static func append(_ value: ArraySlice<UInt8>, after prefix: [UInt8], to line: inout [UInt8]) {
    if !line.isEmpty {
      line.append(.blank)
      line.append(UInt8(ascii: "|"))
      line.append(.blank)
    }
    line.append(contentsOf: prefix)
    line.append(contentsOf: value)
  }

  private mutating func endLine(row: Int) throws {
    if !line.isEmpty || !contextLine.isEmpty { try commitLine(row: row) }
    contextLine.removeAll(keepingCapacity: true)
  }

  private mutating func commitLine(row: Int) throws {
    if let rows {
      let gap = row - rows.upperBound - 1
      let isFull =
        gap < 0 || row - rows.lowerBound >= Self.maximumRows
        || text.count + gap + line.count + 1 > Self.maximumBytes
        || context.count + gap + contextLine.count + 1 > Self.maximumBytes
      if isFull {
        try end()
      } else if gap > 0 {
        let emptyLines = repeatElement(UInt8(ascii: "\n"), count: gap)
        text.append(contentsOf: emptyLines)
        context.append(contentsOf: emptyLines)
      }
    }
    text.append(contentsOf: line)
    text.append(UInt8(ascii: "\n"))
    context.append(contentsOf: contextLine)
    context.append(UInt8(ascii: "\n"))
    rows = (rows?.lowerBound ?? row)...row
    line.removeAll(keepingCapacity: true)
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
