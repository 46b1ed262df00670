/// Excel's workbooks of Office Open XML, with macros or without, and templates (ECMA-376 part 1, 18).
///
/// All sheets, hidden ones too. Formulas give the value that was stored with them. Left out: errors, charts, comments,
/// and how numbers other than dates and times are shown.
package enum XLSXExtractor: TableExtractor {
  package static let kind = "xlsx"
  package static let version = 1

  package static func read(_ document: Document, into units: TableUnits) throws {
    let archive = try ZipArchive(document)
    guard let part = try Relationships(of: "", in: archive).parts(ofType: "officeDocument").first else {
      throw ExtractionFailure.damaged("no workbook in the package")
    }
    let workbook = XLSXWorkbook()
    try archive.parse(part, workbook)
    let relationships = try Relationships(of: part, in: archive)
    let strings = XLSXStrings()
    for part in relationships.parts(ofType: "sharedStrings") { try archive.parse(part, strings) }
    let styles = XLSXStyles()
    for part in relationships.parts(ofType: "styles") { try archive.parse(part, styles) }
    let parts = Dictionary(
      relationships.targets.filter { $0.type == "worksheet" }.map { ($0.id, $0.part) }, uniquingKeysWith: { $1 })
    for sheet in workbook.sheets {
      // Others are charts, macros and dialogs.
      guard let part = parts[sheet.relationship] else { continue }
      try units.begin(sheet: sheet.name)
      try archive.parse(
        part,
        XLSXSheet(
          units, strings: strings, formats: styles.formats, dates: workbook.isFrom1904 ? .from1904 : .from1900))
    }
  }
}

/// The list of sheets (ECMA-376 part 1, 18.2.27).
final class XLSXWorkbook: XMLReceiver {
  struct Sheet {
    var name: String
    /// The id of the relationship that leads to its part.
    var relationship: String
  }

  /// More than memory lets Excel have; a sheet may be named twice.
  private static let maximumSheets = 10_000

  private(set) var sheets: [Sheet] = []
  private(set) var isFrom1904 = false

  func start(_ tag: XMLTag) throws {
    if tag.name.qualified == "x:sheet", let name = tag["name"], let id = tag["r:id"] {
      guard sheets.count < Self.maximumSheets else { throw ExtractionFailure.tooMuchText }
      sheets.append(Sheet(name: name, relationship: id))
    } else if tag.name.qualified == "x:workbookPr" {
      isFrom1904 = tag["date1904"] == "1" || tag["date1904"] == "true"
    }
  }

  func text(_ text: String) {}
  func end(_ name: XMLName) {}
}
