internal import CFreeXL

/// Excel's workbooks from 5.0 to 2003 (BIFF5 and BIFF8 in a compound file), read by FreeXL.
///
/// All sheets, hidden ones too. Left out: the values of formulas, which FreeXL does not read; errors, charts, comments,
/// and how numbers other than dates and times are shown.
package enum XLSExtractor: TableExtractor {
  package static let kind = "xls"
  package static let version = 1

  package static func read(_ document: Document, into units: TableUnits) throws {
    try document.withBytes { bytes in
      let file = try CompoundFile(bytes)
      switch file.kind {
      // FreeXL takes a chain that goes in circles for the end of the workbook.
      case .xls: try file.check()
      case .encrypted: throw ExtractionFailure.encrypted
      default: throw ExtractionFailure.notADocument
      }
    }
    var handle: UnsafeRawPointer?
    let code = freexl_open(document.path, &handle)
    // To be closed even if it was not opened.
    defer { if let handle { freexl_close(handle) } }
    if code != FREEXL_OK || handle == nil, try document.withBytes(hasPassword) { throw ExtractionFailure.encrypted }
    guard let handle else { throw failure(code) }
    if info(handle, FREEXL_BIFF_PASSWORD) == UInt32(FREEXL_BIFF_OBFUSCATED) { throw ExtractionFailure.encrypted }
    guard code == FREEXL_OK else { throw failure(code) }
    for sheet in 0..<UInt16(clamping: info(handle, FREEXL_BIFF_SHEET_COUNT) ?? 0) {
      try read(sheet: sheet, of: handle, into: units)
    }
  }

  /// Whether a workbook's first records hold the one that stands for a password (FILEPASS, [MS-XLS] 2.4.117), which may
  /// say more than FreeXL understands. The workbook's stream begins at a sector, 64 bytes the smallest.
  private static func hasPassword(_ bytes: UnsafeRawBufferPointer) -> Bool {
    func number(_ offset: Int) -> Int { Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 }
    let (beginning, password) = (0x0809, 0x002F)
    for start in stride(from: 0, to: bytes.count - 4, by: 64) where number(start) == beginning {
      var offset = start
      for _ in 0..<8 where offset + 4 <= bytes.count {
        if number(offset) == password { return true }
        offset += 4 + number(offset + 2)
      }
    }
    return false
  }

  private static func read(sheet: UInt16, of handle: UnsafeRawPointer, into units: TableUnits) throws {
    var name: UnsafePointer<CChar>?
    var rows: UInt32 = 0
    var columns: UInt16 = 0
    guard freexl_get_worksheet_name(handle, sheet, &name) == FREEXL_OK,
      freexl_select_active_worksheet(handle, sheet) == FREEXL_OK,
      freexl_worksheet_dimensions(handle, &rows, &columns) == FREEXL_OK
    else { throw ExtractionFailure.damaged("sheet \(sheet + 1)") }
    try units.begin(sheet: name.map { String(cString: $0) })
    var row = SheetRow()
    for number in 0..<rows where units.wantsRows {
      row.begin(number: Int(number) + 1)
      for column in 0..<columns {
        var value = FreeXL_CellValue()
        guard freexl_get_cell_value(handle, number, column, &value) == FREEXL_OK, let text = text(value) else {
          continue
        }
        try row.append(text, column: Int(column))
      }
      try units.add(row.row, number: row.number)
    }
  }

  private static func text(_ cell: FreeXL_CellValue) -> String? {
    switch Int32(cell.type) {
    case FREEXL_CELL_INT: String(cell.value.int_value)
    case FREEXL_CELL_DOUBLE: NumberText.text(cell.value.double_value)
    case FREEXL_CELL_TEXT, FREEXL_CELL_SST_TEXT, FREEXL_CELL_DATE, FREEXL_CELL_DATETIME, FREEXL_CELL_TIME:
      cell.value.text_value.map { String(cString: $0) }
    default: nil
    }
  }

  private static func info(_ handle: UnsafeRawPointer, _ what: Int32) -> UInt32? {
    var value: UInt32 = 0
    return freexl_get_info(handle, UInt16(what), &value) == FREEXL_OK ? value : nil
  }

  private static func failure(_ code: Int32) -> ExtractionFailure {
    switch code {
    case FREEXL_INSUFFICIENT_MEMORY: .memoryLimit
    case FREEXL_CRAFTED_FILE: .damaged("made to do harm, says FreeXL")
    // It also says that all is well, and opens nothing.
    case FREEXL_OK: .damaged("FreeXL cannot open it")
    default: .damaged("FreeXL error \(code)")
    }
  }
}
