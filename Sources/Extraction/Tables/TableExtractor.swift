/// An extractor of tables: it reads rows, ``TableUnits`` makes units of them.
package protocol TableExtractor: DocumentExtractor {
  /// Adds the document's sheets and rows. Does not finish `units`.
  ///
  /// - Throws: ``ExtractionFailure``; anything else counts as damage.
  static func read(_ document: Document, into units: TableUnits) throws
}

extension TableExtractor {
  package static func extract(_ document: Document, to sink: UnitSink) throws {
    let units = TableUnits(sink, preferences: document.columns)
    try read(document, into: units)
    try units.finish()
  }
}
