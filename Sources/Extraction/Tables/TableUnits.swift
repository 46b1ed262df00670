package import IndexModel

/// Takes the rows of a file's tables, one sheet after the other, and gives units to a sink, each line of which carries
/// the names of its columns.
///
/// The first rows of a sheet are kept until ``TableHeader`` has found its names; then rows go straight on, so memory
/// does not grow with the table. Where columns are to be searched that a sheet lacks, the sheet is passed over.
package final class TableUnits {
  private struct NumberedRow {
    var row: TableRow
    var number: Int
  }

  private enum State { case looking, taking, passingOver }

  private let sink: UnitSink
  private let preferences: ColumnPreferences
  private var sheet: String?
  private var title: String?
  private var hasCertainHeader = false
  private var state = State.looking
  /// The first rows of the sheet, while it is looked at.
  private var kept: [NumberedRow] = []
  private var keptBytes = 0
  /// The row with the names, until a row of values comes.
  private var header: NumberedRow?
  private var blocks: RowBlocks?
  private var hasTakenSheets = false
  private var firstMissing: String?

  package init(_ sink: UnitSink, preferences: ColumnPreferences) {
    self.sink = sink
    self.preferences = preferences
  }

  /// False when the rest of the current sheet's rows would be passed over anyway.
  package var wantsRows: Bool { state != .passingOver }

  /// Begins a sheet, and ends the one before. Not needed for a file that is one table.
  ///
  /// - Parameters:
  ///   - sheet: its name, told with its units.
  ///   - title: of the table, if the file gives one; else the first title row above the header, else the sheet's name.
  ///   - hasCertainHeader: the format says that the first row that is added has the names, however it looks.
  package func begin(sheet: String?, title: String? = nil, hasCertainHeader: Bool = false) throws {
    try endSheet()
    self.sheet = sheet
    self.title = title
    self.hasCertainHeader = hasCertainHeader
  }

  /// Adds a row. Those without cells need not be added.
  ///
  /// - Parameter number: of the row in its sheet, counted from 1, higher than the last.
  package func add(_ row: TableRow, number: Int) throws {
    guard !row.cells.isEmpty else { return }
    switch state {
    case .taking:
      header = nil
      try blocks?.add(row, number: number)
    case .looking:
      kept.append(NumberedRow(row: row, number: number))
      keptBytes += row.bytes.count
      if kept.count >= TableHeader.rowsLookedAt || keptBytes >= TableHeader.bytesLookedAt { try decide() }
    case .passingOver: break
    }
  }

  /// Ends the last sheet. To be called once, after all rows.
  ///
  /// - Throws: ``ExtractionFailure/missingColumn(_:)`` when no sheet has all the columns that are to be searched.
  package func finish() throws {
    try endSheet()
    if !hasTakenSheets, let missing = firstMissing ?? preferences.searched.first {
      throw ExtractionFailure.missingColumn(missing)
    }
  }

  private func endSheet() throws {
    if !kept.isEmpty { try decide() }
    // Names without values are all that there is to find.
    if let header { try blocks?.add(plain: header.row, number: max(1, header.number)) }
    try blocks?.end()
    header = nil
    blocks = nil
    state = .looking
  }

  private func decide() throws {
    let rows = kept
    kept = []
    keptBytes = 0
    let found = hasCertainHeader ? TableHeader(certain: rows[0].row) : TableHeader(in: rows.map(\.row))
    let width = rows.lazy.flatMap(\.row.cells).map { $0.column + 1 }.max() ?? 0
    let columns = TableColumns(sheet: sheet, header: found.names ?? [], width: width)
    let values = rows.dropFirst(found.titles + (found.names == nil ? 0 : 1))
    try sink.add(columns: columns.told(header: found.names ?? [], values: values.lazy.map(\.row)))
    if let missing = columns.missing(of: preferences) {
      firstMissing = firstMissing ?? missing
      state = .passingOver
      return
    }
    hasTakenSheets = true
    let titles = rows.prefix(found.titles)
    var blocks = RowBlocks(
      sink, columns: columns, preferences: preferences, title: title ?? Self.title(in: titles) ?? sheet)
    // Where only some columns are searched, what stands above them is none of these.
    if preferences.searched.isEmpty {
      for title in titles { try blocks.add(plain: title.row, number: title.number) }
    }
    for value in values { try blocks.add(value.row, number: value.number) }
    header = found.names != nil && values.isEmpty ? rows[found.titles] : nil
    self.blocks = blocks
    state = .taking
  }

  private static func title(in rows: ArraySlice<NumberedRow>) -> String? {
    guard let row = rows.first?.row, let cell = row.cells.first else { return nil }
    let text = row.text(cell)
    return text.unicodeScalars.count < TableHeader.longName ? text : nil
  }
}
