/// Turns the documents of one format into units. Runs in the separate process only: may crash, hang or be ended there.
package protocol DocumentExtractor {
  /// Stable lower-case word for the format, such as `docx`; what hits say as `kind`, and searches filter by.
  static var kind: String { get }
  /// Raised whenever the same bytes may give other units: files recorded with a lower number are extracted again.
  static var version: Int { get }
  /// - Throws: ``ExtractionFailure``; anything else counts as damage.
  static func extract(_ document: Document, to sink: UnitSink) throws
}
