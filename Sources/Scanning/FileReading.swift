package import IndexModel

/// What came of reading one file.
package enum FileReading: Sendable, Hashable {
  /// The bytes are in the buffer; fingerprint and hash are of exactly these bytes.
  case read(Fingerprint, ContentHash)
  case failed(FailReason)
  case skipped(SkipReason)
  /// The caller asked to stop; the buffer's contents mean nothing.
  case stopped
}
