/// Delimited text, such as CSV and TSV. Told by its name, as nothing in its content would tell it from other text.
package enum CSVExtractor: TableExtractor {
  package static let kind = "csv"
  package static let version = 1

  /// - Throws: ``ExtractionFailure/notADocument`` when the bytes are not text.
  package static func read(_ document: Document, into units: TableUnits) throws {
    try document.withBytes { bytes in
      guard case .text(let encoding) = TextSniffer.format(of: bytes) else { throw ExtractionFailure.notADocument }
      var feed = DelimitedFeed(units, name: document.name)
      try DecodedPieces.forEach(of: bytes, as: encoding) { try feed.add($0, isLast: $1) }
    }
  }
}
