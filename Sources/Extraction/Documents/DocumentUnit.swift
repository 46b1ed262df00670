/// A stretch of a document that is indexed, searched and shown as one.
package struct DocumentUnit: Hashable, Sendable, Codable {
  /// Searched and shown. Lines end at `\n`.
  package var text: String
  /// Shown beside the text, not searched; for tables.
  package var context: String
  /// Of the section, slide, message or sheet: searched, and counts more than the text.
  package var title: String?
  /// Counted from 1.
  package var page: Int?
  package var sheet: String?
  /// Of the sheet, counted from 1, the header included.
  package var rows: ClosedRange<Int>?

  package init(
    text: String, context: String = "", title: String? = nil, page: Int? = nil, sheet: String? = nil,
    rows: ClosedRange<Int>? = nil
  ) {
    self.text = text
    self.context = context
    self.title = title
    self.page = page
    self.sheet = sheet
    self.rows = rows
  }
}
