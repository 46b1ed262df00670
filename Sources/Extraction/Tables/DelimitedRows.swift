internal import Glibc

/// Reads the rows of delimited text (RFC 4180), one at each call of `next`, tolerant of what programs really write.
///
/// - Rows end at `\n`, `\r\n` or a lone `\r`. Rows may have any number of cells.
/// - A cell that begins with a quote, blanks aside, ends at the next quote that is not doubled, and may hold line ends
///   before it; but only if the cell ends there too. Else the quote is an ordinary character, as is one without an
///   end: a stray quote costs nothing but itself.
/// - A row is cut at ``maximumRow`` bytes; what follows counts as the next row.
///
/// Of a program that is known to quote well, rows are taken as they are, however long.
struct DelimitedRows {
  static let maximumRow = 8 << 20

  let delimiter: UInt8
  let isWellFormed: Bool
  /// The row that was read last.
  private(set) var row = TableRow()
  /// Cells of that row, empty ones included.
  private(set) var width = 0

  init(delimiter: UInt8, isWellFormed: Bool = false) {
    self.delimiter = delimiter
    self.isWellFormed = isWellFormed
  }

  /// Reads the row that begins at `start`.
  ///
  /// - Parameters:
  ///   - text: UTF-8.
  ///   - isLast: false when more text will follow.
  /// - Returns: where the next row begins; nil at the end of the text, and when more of it is needed.
  mutating func next(in text: UnsafeRawBufferPointer, from start: Int, isLast: Bool) -> Int? {
    guard start < text.count else { return nil }
    if isWellFormed { return read(text, from: start, isLast: isLast) }
    if text.count - start <= Self.maximumRow { return read(text, from: start, isLast: isLast) }
    var limit = start + Self.maximumRow
    while limit > start + Self.maximumRow - 3, text[limit] & 0xC0 == 0x80 { limit -= 1 }
    return read(UnsafeRawBufferPointer(rebasing: text[..<limit]), from: start, isLast: true)
  }

  private mutating func read(_ text: UnsafeRawBufferPointer, from start: Int, isLast: Bool) -> Int? {
    row.removeAll()
    width = 0
    var offset = start
    while true {
      let end: Int
      switch readQuoted(text, from: offset, isLast: isLast) {
      case .closed(let after): end = after
      case .open: return nil
      case .none: end = readPlain(text, from: offset)
      }
      width += 1
      guard end < text.count else { return isLast ? end : nil }
      if text[end] == delimiter {
        offset = end + 1
      } else if text[end] == .cr {
        if end + 1 == text.count { return isLast ? end + 1 : nil }
        return text[end + 1] == .lf ? end + 2 : end + 1
      } else {
        return end + 1
      }
    }
  }

  private mutating func readPlain(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var end = start
    while end < text.count, !endsCell(text[end]) { end &+= 1 }
    if end > start { row.append(UnsafeRawBufferPointer(rebasing: text[start..<end]), column: width) }
    return end
  }

  private enum Quoted {
    case none
    /// With the offset of what ends the cell.
    case closed(Int)
    /// More text is needed to tell.
    case open
  }

  private mutating func readQuoted(_ text: UnsafeRawBufferPointer, from start: Int, isLast: Bool) -> Quoted {
    var position = start
    while position < text.count, text[position] == .blank { position &+= 1 }
    guard position < text.count, text[position] == .quote, let base = text.baseAddress else { return .none }
    position += 1
    while position < text.count, let found = memchr(base + position, Int32(UInt8.quote), text.count - position) {
      let quote = UnsafeRawPointer(found) - base
      row.add(UnsafeRawBufferPointer(rebasing: text[position..<quote]))
      if quote + 1 < text.count, text[quote + 1] == .quote {
        row.add(UnsafeRawBufferPointer(rebasing: text[quote..<quote + 1]))
        position = quote + 2
        continue
      }
      var after = quote + 1
      while after < text.count, text[after] == .blank { after += 1 }
      if after == text.count ? isLast : endsCell(text[after]) {
        row.endCell(column: width)
        return .closed(after)
      }
      row.dropPieces()
      return after == text.count ? .open : .none
    }
    row.dropPieces()
    return isLast ? .none : .open
  }

  @inline(__always)
  private func endsCell(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == .lf || byte == .cr
  }
}

extension UInt8 {
  static let lf = UInt8(ascii: "\n")
  static let cr = UInt8(ascii: "\r")
  static let quote = UInt8(ascii: "\"")
}
