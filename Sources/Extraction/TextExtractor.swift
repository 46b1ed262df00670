/// What the in-process extractor of text and code is known by.
package enum TextExtractor {
  /// Raised whenever the same bytes may give other units, another encoding or another verdict on text or binary:
  /// files recorded with a lower number are extracted again.
  package static let version = 1
}
