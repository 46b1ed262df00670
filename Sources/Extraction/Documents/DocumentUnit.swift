/// A stretch of a document that is indexed, searched and shown as one.
package struct DocumentUnit: Hashable, Sendable, Codable {
  /// Bytes of a title or a sheet's name: they go with each unit, so long ones would multiply.
  static let maximumName = 1 << 10

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

  /// Bytes of all that is indexed or shown.
  var bytes: Int { text.utf8.count + context.utf8.count + (title?.utf8.count ?? 0) + (sheet?.utf8.count ?? 0) }

  /// `name`, or its beginning where it is longer than names may be.
  static func shortened(_ name: String) -> String {
    name.utf8.count > maximumName ? String(name.unicodeScalars.prefix(maximumName / 4)) : name
  }
}
