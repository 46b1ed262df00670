/// What separates the cells of delimited text, told by its content.
///
/// - Excel's first line `sep=;` names it.
/// - Else, the one of tab, `|`, `;` and `,` by which most of the first rows have the same number of cells, two or
///   more. The rarer in prose and numbers comes first in this list, and wins a tie: `1,5;2,5` has two cells.
/// - Else the tab for a file called `.tsv` or `.tab`, and nothing for others: each line is one cell, as in a list of
///   sentences, some of which have commas.
struct Delimiter: Equatable {
  /// A byte that text does not have.
  private static let none: UInt8 = 0
  private static let candidates = "\t|;,".utf8
  private static let maximumRows = 100
  private static let sampleSize = 64 << 10

  var byte: UInt8
  /// Where the table begins, after a line that names the delimiter.
  var start = 0

  /// - Parameters:
  ///   - text: the text's beginning, in UTF-8 without a mark.
  ///   - isWhole: false when more of it follows.
  init(of text: UnsafeRawBufferPointer, isWhole: Bool, name: String) {
    if let named = Self.named(in: text) {
      self = named
      return
    }
    let sample = UnsafeRawBufferPointer(rebasing: text.prefix(Self.sampleSize))
    var best: (byte: UInt8, share: Double)?
    for candidate in Self.candidates {
      let share = Self.share(of: candidate, in: sample, isWhole: isWhole && sample.count == text.count)
      if share > best?.share ?? 0 { best = (candidate, share) }
    }
    let lower = name.lowercased()
    let isTabbed = lower.hasSuffix(".tsv") || lower.hasSuffix(".tab")
    self.init(byte: best?.byte ?? (isTabbed ? UInt8(ascii: "\t") : Self.none))
  }

  private init(byte: UInt8, start: Int = 0) {
    self.byte = byte
    self.start = start
  }

  private static func named(in text: UnsafeRawBufferPointer) -> Delimiter? {
    var line = text.prefix(8)
    guard line.prefix(4).elementsEqual("sep=".utf8), line.count >= 6 else { return nil }
    line = line.dropFirst(4)
    guard let byte = line.popFirst(), byte < 0x80, byte != .quote, byte != .lf, byte != .cr
    else { return nil }
    if line.first == .cr { line = line.dropFirst() }
    guard line.first == .lf else { return nil }
    return Delimiter(byte: byte, start: line.startIndex + 1)
  }

  /// The share of rows that have the most frequent number of cells; 0 if that is one.
  private static func share(of delimiter: UInt8, in text: UnsafeRawBufferPointer, isWhole: Bool) -> Double {
    var rows = DelimitedRows(delimiter: delimiter)
    var frequency: [Int: Int] = [:]
    var total = 0
    var start = 0
    // A first row longer than the sample has no end in it, and is counted as far as it goes.
    while total < maximumRows, let end = rows.next(in: text, from: start, isLast: isWhole || total == 0) {
      start = end
      if rows.width == 1, rows.row.cells.isEmpty { continue }
      frequency[rows.width, default: 0] += 1
      total += 1
    }
    guard let most = frequency.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }), most.key > 1 else { return 0 }
    return Double(most.value) / Double(total)
  }
}
