/// OpenDocument's spreadsheets and their templates (ODF 1.3 part 3, chapter 9).
///
/// All sheets, hidden ones too. Formulas give the value that was stored with them. Left out: errors, charts and
/// drawings, annotations, and how numbers other than dates and times are shown.
package enum ODSExtractor: TableExtractor {
  package static let kind = "ods"
  package static let version = 1

  package static func read(_ document: Document, into units: TableUnits) throws {
    let archive = try ZipArchive(document)
    if try OpenDocumentManifest(archive).isEncrypted { throw ExtractionFailure.encrypted }
    try archive.parse("content.xml", ODSContent(units))
  }
}
