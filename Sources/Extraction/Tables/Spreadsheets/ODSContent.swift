/// Reads the sheets of a spreadsheet's `content.xml`, and adds their rows to `TableUnits`.
final class ODSContent: XMLReceiver {
  private let units: TableUnits
  private var row = SheetRow()
  private var rowRepeats = 1
  private var cell: Cell?
  private var text = CellText()
  private var isInParagraph = false
  /// Elements within each other that are read.
  private var tables = 0
  /// Elements within each other that are passed over.
  private var passedOver = 0

  private struct Cell {
    /// What it is if that is said outright; else its paragraphs are.
    var value: String?
    var repeats: Int
    var isError: Bool
  }

  init(_ units: TableUnits) { self.units = units }

  func start(_ tag: XMLTag) throws {
    let name = tag.name.qualified
    // What was deleted, text of drawings and comments, and tables in cells.
    if passedOver > 0 || Self.isPassedOver(name) || (name == "table:table" && tables > 0) {
      passedOver += 1
      return
    }
    switch name {
    case "table:table":
      tables += 1
      row.begin(number: 0)
      try units.begin(sheet: tag["table:name"])
    case "table:table-row" where tables > 0:
      row.begin(number: row.number + 1)
      rowRepeats = Self.count(tag["table:number-rows-repeated"])
    case "table:table-cell" where tables > 0, "table:covered-table-cell" where tables > 0:
      text.removeAll()
      cell = Cell(
        value: name == "table:table-cell" ? Self.value(tag) : "",
        repeats: Self.count(tag["table:number-columns-repeated"]), isError: tag["?:value-type"] == "error")
    case "text:p", "text:h":
      if !text.text.isEmpty { try text.add(" ") }
      isInParagraph = true
    case "text:s", "text:tab", "text:line-break":
      if isInParagraph { try text.add(" ") }
    default: break
    }
  }

  func text(_ piece: String) throws {
    if isInParagraph, passedOver == 0, cell != nil { try text.add(piece) }
  }

  func end(_ name: XMLName) throws {
    if passedOver > 0 {
      passedOver -= 1
      return
    }
    switch name.qualified {
    case "table:table": tables -= 1
    case "table:table-row" where tables > 0: try endRow()
    case "table:table-cell", "table:covered-table-cell": try endCell()
    case "text:p", "text:h": isInParagraph = false
    default: break
    }
  }

  private func endCell() throws {
    guard let cell else { return }
    self.cell = nil
    let shown = cell.isError ? "" : cell.value ?? text.text
    let end = min(row.column + cell.repeats, SheetRow.maximumColumns)
    if !shown.isEmpty {
      for column in row.column..<end { try row.append(shown, column: column) }
    }
    row.column = end
  }

  private func endRow() throws {
    let last = min(row.number + rowRepeats - 1, SheetRow.maximumRows)
    // Rows without cells cost nothing, however often they are repeated.
    if !row.row.cells.isEmpty {
      while row.number <= last, units.wantsRows {
        try units.add(row.row, number: row.number)
        row.number += 1
      }
    }
    row.number = last
  }

  private static func isPassedOver(_ name: String) -> Bool {
    name == "table:tracked-changes" || name == "office:annotation" || name.hasPrefix("draw:")
      || name == "table:shapes"
  }

  /// How often something is repeated.
  private static func count(_ attribute: String?) -> Int {
    min(max(1, attribute.flatMap { Int($0) } ?? 1), SheetRow.maximumRows)
  }

  /// The value that a cell says outright (ODF 1.3 part 3, 19.385); nil where its paragraphs are its value.
  private static func value(_ tag: XMLTag) -> String? {
    switch tag["office:value-type"] {
    case "float", "percentage", "currency": tag["office:value"].map { NumberText.text($0) }
    case "boolean": tag["office:boolean-value"].map { $0 == "true" ? "TRUE" : "FALSE" }
    case "date": tag["office:date-value"].map(date)
    case "time": tag["office:time-value"].map { time($0) ?? $0 }
    default: nil
    }
  }

  /// `2024-03-01 14:30:00` for `2024-03-01T14:30:00.000`; midnight is not written.
  private static func date(_ stored: String) -> String {
    let parts = stored.prefix { $0 != "." && $0 != "," }.split(separator: "T")
    return parts.count == 2 && parts[1] == "00:00:00" ? String(parts[0]) : parts.joined(separator: " ")
  }

  /// `14:30:00` for `PT14H30M00S`.
  private static func time(_ duration: String) -> String? {
    guard duration.hasPrefix("PT"), duration.hasSuffix("S") else { return nil }
    let parts = duration.dropFirst(2).dropLast().split(omittingEmptySubsequences: false) { $0 == "H" || $0 == "M" }
    guard parts.count == 3 else { return nil }
    // Seconds may have a fraction.
    let whole = parts.map { $0.prefix { $0 != "." && $0 != "," } }
    return whole.map { $0.count == 1 ? "0\($0)" : String($0) }.joined(separator: ":")
  }
}
