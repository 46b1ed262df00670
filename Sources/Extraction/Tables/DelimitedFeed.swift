/// Takes delimited text in pieces that end anywhere, and adds its rows to `TableUnits`.
struct DelimitedFeed {
  private let units: TableUnits
  private let name: String
  private var rows: DelimitedRows?
  private var number: Int
  /// The beginning of a row whose end has not come yet.
  private var rest: [UInt8] = []
  /// Bytes of `rest` when it was read last.
  private var restRead = 0

  /// - Parameters:
  ///   - name: of the file, for ``Delimiter``.
  ///   - rows: how to read them, if known; else told by the first piece.
  ///   - firstNumber: of the first row.
  init(_ units: TableUnits, name: String = "", rows: DelimitedRows? = nil, firstNumber: Int = 1) {
    self.units = units
    self.name = name
    self.rows = rows
    number = firstNumber
  }

  /// Bytes of a row that is waited for.
  private static let maximumRow = 64 << 20

  /// Adds a piece of UTF-8.
  ///
  /// - Parameter isLast: whether the text ends here.
  mutating func add(_ piece: UnsafeRawBufferPointer, isLast: Bool) throws {
    if rest.isEmpty {
      let used = try read(piece, isLast: isLast)
      rest.append(contentsOf: piece[used...])
      return
    }
    rest.append(contentsOf: piece)
    guard rest.count <= Self.maximumRow else { throw ExtractionFailure.tooMuchText }
    // A long row is read anew only when it has doubled, so that the time stays in proportion to its length.
    guard isLast || rest.count >= 2 * restRead else { return }
    var window: [UInt8] = []
    swap(&window, &rest)
    let used = try window.withUnsafeBytes { try read($0, isLast: isLast) }
    window.removeSubrange(..<used)
    restRead = window.count
    rest = window
  }

  /// Reads the rows that are complete.
  ///
  /// - Returns: the bytes they have.
  private mutating func read(_ text: UnsafeRawBufferPointer, isLast: Bool) throws -> Int {
    var start = 0
    if rows == nil {
      let delimiter = Delimiter(of: text, isWhole: isLast, name: name)
      rows = DelimitedRows(delimiter: delimiter.byte)
      start = delimiter.start
    }
    guard var reader = rows.take() else { return text.count }
    defer { rows = reader }
    while units.wantsRows, let end = reader.next(in: text, from: start, isLast: isLast) {
      try units.add(reader.row, number: number)
      number += 1
      start = end
    }
    return units.wantsRows ? start : text.count
  }
}
