/// Where in its file a unit stands: what a hit shows.
package struct UnitPlace: Hashable, Sendable {
  /// Counted from 1: lines of the file; of a document, lines of the text that was taken from it.
  package var firstLine: Int
  package var lastLine: Int
  /// Of the section, slide, message or sheet.
  package var title: String?
  /// Counted from 1.
  package var page: Int?
  package var sheet: String?
  /// Of the sheet, counted from 1.
  package var rows: ClosedRange<Int>?

  package init(
    firstLine: Int, lastLine: Int, title: String? = nil, page: Int? = nil, sheet: String? = nil,
    rows: ClosedRange<Int>? = nil
  ) {
    self.firstLine = firstLine
    self.lastLine = lastLine
    self.title = title
    self.page = page
    self.sheet = sheet
    self.rows = rows
  }
}
