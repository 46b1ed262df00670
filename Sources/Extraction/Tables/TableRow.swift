/// One row of a table while it is read: its cells that are not empty, as UTF-8, in a buffer that is used again from
/// row to row. Empty cells cost nothing, so a cell in the last of 16,384 columns is one entry.
package struct TableRow {
  package struct Cell {
    /// Counted from 0.
    package var column: Int
    fileprivate(set) var range: Range<Int>
  }

  /// In the order in which they were added.
  package private(set) var cells: [Cell] = []
  private(set) var bytes: [UInt8] = []
  /// Where the cell begins whose pieces are being added.
  private var start = 0

  package init() {}

  package mutating func removeAll() {
    cells.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
    start = 0
  }

  /// Adds a piece of the next cell.
  package mutating func add(_ piece: UnsafeRawBufferPointer) { bytes.append(contentsOf: piece) }

  /// Ends the cell that was added: line breaks and other control characters become blanks, outer blanks go; nothing
  /// is left of a cell that has only these.
  package mutating func endCell(column: Int) {
    var first = start
    var end = bytes.count
    bytes.withUnsafeMutableBufferPointer { bytes in
      var offset = first
      while offset < end {
        bytes[offset] = max(bytes[offset], .blank)
        offset &+= 1
      }
      while first < end, bytes[first] == .blank { first += 1 }
      while first < end, bytes[end - 1] == .blank { end -= 1 }
    }
    if first < end { cells.append(Cell(column: column, range: first..<end)) }
    start = bytes.count
  }

  /// Adds a whole cell, as ``add(_:)`` and ``endCell(column:)`` do.
  mutating func append(_ cell: UnsafeRawBufferPointer, column: Int) {
    var (first, end) = (0, cell.count)
    while first < end, cell[first] <= .blank { first &+= 1 }
    while first < end, cell[end &- 1] <= .blank { end &-= 1 }
    guard first < end else { return }
    let text = UnsafeRawBufferPointer(rebasing: cell[first..<end])
    bytes.append(contentsOf: text)
    var lowest = UInt8.max
    for byte in text { lowest = min(lowest, byte) }
    if lowest < .blank {
      for offset in start..<bytes.count { bytes[offset] = max(bytes[offset], .blank) }
    }
    cells.append(Cell(column: column, range: start..<bytes.count))
    start = bytes.count
  }

  /// Forgets the pieces that were added since the last cell ended.
  mutating func dropPieces() { bytes.removeSubrange(start...) }

  /// Adds a whole cell.
  package mutating func append(_ text: String, column: Int) {
    bytes.append(contentsOf: text.utf8)
    endCell(column: column)
  }

  /// The text of a cell of this row.
  package func text(_ cell: Cell) -> String { String(decoding: bytes[cell.range], as: UTF8.self) }
}

extension UInt8 {
  static let blank = UInt8(ascii: " ")
}
