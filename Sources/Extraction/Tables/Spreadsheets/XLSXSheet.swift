/// Reads the rows of a sheet (ECMA-376 part 1, 18.3.1), and adds them to `TableUnits`.
final class XLSXSheet: XMLReceiver {
  private let units: TableUnits
  private let strings: XLSXStrings
  private let formats: [NumberFormat]
  private let dates: SerialDate

  private var row = SheetRow()
  private var cell = Cell()
  private var value = CellText()
  private var isInValue = false
  private var isPhonetic = false

  private struct Cell {
    var column = 0
    var type = ""
    var style = 0
  }

  init(_ units: TableUnits, strings: XLSXStrings, formats: [NumberFormat], dates: SerialDate) {
    self.units = units
    self.strings = strings
    self.formats = formats
    self.dates = dates
  }

  func start(_ tag: XMLTag) throws {
    switch tag.name.qualified {
    case "x:row":
      let number = tag["r"].flatMap { Int($0) } ?? row.number + 1
      guard (1...SheetRow.maximumRows).contains(number) else { throw ExtractionFailure.damaged("row \(number)") }
      row.begin(number: number)
    case "x:c":
      let column = try tag["r"].map(Self.column) ?? row.column
      guard column < SheetRow.maximumColumns else { throw ExtractionFailure.damaged("column \(column + 1)") }
      cell = Cell(column: column, type: tag["t"] ?? "n", style: tag["s"].flatMap { Int($0) } ?? 0)
      row.column = column + 1
      value.removeAll()
    case "x:v", "x:t": isInValue = true
    case "x:rPh": isPhonetic = true
    default: break
    }
  }

  func text(_ text: String) throws {
    if isInValue, !isPhonetic { try value.add(text) }
  }

  func end(_ name: XMLName) throws {
    switch name.qualified {
    case "x:v", "x:t": isInValue = false
    case "x:rPh": isPhonetic = false
    case "x:c":
      let text = shown()
      if !text.isEmpty { try row.append(text, column: cell.column) }
      value.removeAll()
    case "x:row": try units.add(row.row, number: row.number)
    default: break
    }
  }

  /// The text of the cell that ends.
  private func shown() -> String {
    switch cell.type {
    case "s": Int(value.text).flatMap { strings[$0] } ?? ""
    case "b": value.text == "1" || value.text == "true" ? "TRUE" : value.text.isEmpty ? "" : "FALSE"
    case "e": ""
    case "d": String(value.text.map { $0 == "T" ? " " : $0 })
    case "n": number()
    // `str` and `inlineStr`, and types to come.
    default: value.text
    }
  }

  private func number() -> String {
    let format = formats.indices.contains(cell.style) ? formats[cell.style] : .number
    if format != .number, let number = Double(value.text), let text = dates.text(number, format) { return text }
    return NumberText.text(value.text)
  }

  /// The column that a reference such as `AB12` names, counted from 0.
  private static func column(of reference: String) throws -> Int {
    var column = 0
    for byte in reference.utf8 {
      guard byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z"), column <= SheetRow.maximumColumns else { break }
      column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
    }
    guard column > 0 else { throw ExtractionFailure.damaged("cell \(reference.prefix(20))") }
    return column - 1
  }
}
