/// The row of a sheet that is being read, within what a sheet may have (ECMA-376 and ODF have the same limits in
/// practice).
struct SheetRow {
  static let maximumRows = 1_048_576
  static let maximumColumns = 16_384
  /// Bytes of all cells of a row: one long text that every cell refers to must not make a row of gigabytes.
  static let maximumBytes = 8 << 20

  private(set) var row = TableRow()
  /// Counted from 1.
  var number = 0
  /// Where the next cell goes that does not say so itself, counted from 0.
  var column = 0

  mutating func begin(number: Int) {
    row.removeAll()
    self.number = number
    column = 0
  }

  /// Adds a cell. Empty ones need not be added.
  ///
  /// - Throws: ``ExtractionFailure/tooMuchText``.
  mutating func append(_ text: String, column: Int) throws {
    guard row.bytes.count + text.utf8.count <= Self.maximumBytes else { throw ExtractionFailure.tooMuchText }
    row.append(text, column: column)
  }
}
