/// Rows and columns: aligned under headings on a terminal, separated by tabs elsewhere.
struct TextTable {
  struct Column {
    var heading: String
    var isNumber = false
    /// Shortened first, from its beginning, when the terminal is narrow.
    var isElastic = false
  }

  struct Cell {
    var text: String
    var colour: TextStyle.Colour?

    init(_ text: String, _ colour: TextStyle.Colour? = nil) {
      self.text = PrintableText.escaped(text)
      self.colour = colour
    }
  }

  var columns: [Column]
  /// As many cells a row as there are columns.
  var rows: [[Cell]] = []

  func text(_ style: TextStyle) -> String {
    guard style.isTerminal else {
      return rows.map { $0.map(\.text).joined(separator: "\t") + "\n" }.joined()
    }
    guard !rows.isEmpty else { return "" }
    var widths = columns.indices.map { column in
      rows.map { PrintableText.width($0[column].text) }.reduce(
        PrintableText.width(columns[column].heading), max)
    }
    let excess = widths.reduce(0, +) + 2 * (columns.count - 1) - style.columns
    if excess > 0, let elastic = columns.firstIndex(where: \.isElastic) {
      widths[elastic] = max(12, widths[elastic] - excess)
    }
    let headings = columns.map { Cell($0.heading, .bold) }
    return ([headings] + rows).map { line($0, widths, style) }.joined()
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ style: TextStyle) -> String {
    var result = ""
    for (index, cell) in cells.enumerated() {
      let text = PrintableText.tail(cell.text, columns: widths[index])
      let blanks = String(repeating: " ", count: widths[index] - PrintableText.width(text))
      let painted = cell.colour.map { style.paint(text, $0) } ?? text
      let isLast = index == cells.count - 1
      result += columns[index].isNumber ? blanks + painted : isLast ? painted : painted + blanks
      if !isLast { result += "  " }
    }
    return result + "\n"
  }
}
