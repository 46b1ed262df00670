/// Where the names of a table's columns stand: one rule for all formats.
///
/// The first rows that are not empty are looked at.
/// 1. The table's **width** is the number of non-empty cells that most of these rows have, rows of one cell aside.
/// 2. Leading rows with a single cell, or with less than half the width, are **titles**: text above the table.
/// 3. The next row is the **header** if at least half the width of its cells are names, and it does not look like
///    the values below it.
///    - A name is text, shorter than 200 characters, unlike all earlier cells of the row. Years and dates are names
///      too if the row has two or more and the values below each are something else.
///    - A row looks like the values if a cell that is not text is of the type that most values below it have; or if no
///      column's name differs in type from its values, though not all of the table is text.
/// 4. Else there is no header: columns are called `column 1`, `column 2` and so on, and every row is data.
struct TableHeader: Equatable {
  /// Rows looked at, as many as a reader keeps until the rule is applied.
  static let rowsLookedAt = 20
  /// Bytes of the rows looked at: wide rows are fewer.
  static let bytesLookedAt = 256 << 10
  /// Unicode scalars: a name is shorter.
  static let longName = 200

  /// How many of the rows looked at are titles; the header comes next.
  var titles = 0
  /// The names by column; nil where none is given.
  var names: [String?]?

  /// - Parameter rows: the first rows that are not empty.
  init(in rows: [TableRow]) {
    let width = Self.width(of: rows)
    guard
      let candidate = rows.firstIndex(where: { row in
        row.cells.count * 2 >= width && (row.cells.count > 1 || width == 1)
      }), let names = Self.names(in: rows[candidate], above: rows[(candidate + 1)...], width: width)
    else { return }
    titles = candidate
    self.names = names
  }

  /// - Parameter certain: a row that has the names for certain.
  init(certain row: TableRow) { names = Self.names(in: row) }

  private static func names(in row: TableRow) -> [String?] {
    var result = [String?](repeating: nil, count: (row.cells.map(\.column).max() ?? 0) + 1)
    for cell in row.cells where cell.canHaveName {
      let text = row.text(cell)
      if text.unicodeScalars.count < longName { result[cell.column] = text }
    }
    return result
  }

  private static func width(of rows: [TableRow]) -> Int {
    var frequency: [Int: Int] = [:]
    for row in rows where row.cells.count > 1 { frequency[row.cells.count, default: 0] += 1 }
    return frequency.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? 1
  }

  private static func names(in row: TableRow, above values: ArraySlice<TableRow>, width: Int) -> [String?]? {
    let below = types(in: values)
    let cells = row.cells.filter(\.canHaveName).map { (column: $0.column, text: row.text($0)) }
    let types = cells.map { CellType($0.text) }
    let calendarNames = types.count { $0 == .year || $0 == .date }
    var seen: Set<String> = []
    var names = 0
    // A column of values that nothing is written above differs from its header as well.
    var differs = !Set(below.keys).subtracting(cells.map(\.column)).isEmpty
    for (cell, type) in zip(cells, types) {
      let values = below[cell.column]
      if type != .text, type == values { return nil }
      let isCalendarName = calendarNames > 1 && (type == .year || type == .date) && values != nil
      let isName = (type == .text || isCalendarName) && cell.text.unicodeScalars.count < longName
      if isName, seen.insert(cell.text).inserted { names += 1 }
      if isName, let values, values != type { differs = true }
    }
    let isAllText = types.allSatisfy { $0 == .text } && below.values.allSatisfy { $0 == .text }
    guard names > 0, names * 2 >= width, differs || isAllText else { return nil }
    return Self.names(in: row)
  }

  /// The type that most values of each column have; text when there is no such.
  private static func types(in rows: ArraySlice<TableRow>) -> [Int: CellType] {
    var counts: [Int: [CellType: Int]] = [:]
    for row in rows {
      for cell in row.cells where cell.canHaveName {
        counts[cell.column, default: [:]][CellType(row.text(cell)), default: 0] += 1
      }
    }
    return counts.mapValues { counts in
      let total = counts.values.reduce(0, +)
      return counts.first { $0.value * 2 > total }?.key ?? .text
    }
  }
}

extension TableRow.Cell {
  fileprivate var canHaveName: Bool { column < TableColumns.maximum }
}
