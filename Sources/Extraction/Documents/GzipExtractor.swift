internal import IndexModel

/// A text that is compressed with gzip (RFC 1952), such as a log that was put aside. Read as any text, by the same rules.
package enum GzipExtractor: DocumentExtractor {
  package static let kind = "gzip"
  package static let version = 1

  /// Bytes of the text; its own memory is all that is taken.
  static let maximumText = 128 << 20
  /// Bytes that are looked at before all else is unpacked.
  private static let head = 64 << 10
  /// Bytes that are decoded at once.
  private static let stretch = 1 << 20

  package static func extract(_ document: Document, to sink: UnitSink) throws {
    try document.withBytes { compressed in
      var inflater = try Inflater(compressed, maximumBytes: maximumText)
      defer { inflater.close() }
      try inflater.inflate(atLeast: head)
      guard !isArchive(inflater.bytes), TextSniffer.format(of: inflater.bytes) != .binary else {
        throw ExtractionFailure.notADocument
      }
      try inflater.inflate(atLeast: .max)
      guard case .text(let encoding) = TextSniffer.format(of: inflater.bytes) else {
        throw ExtractionFailure.notADocument
      }
      try split(inflater.bytes, encoding, sink)
    }
  }

  private static func split(_ text: UnsafeRawBufferPointer, _ encoding: TextEncoding, _ sink: UnitSink) throws {
    // In stretches, since what is not UTF-8 is copied.
    let decoder = TextDecoder()
    var start = 0
    while start < text.count {
      let end = encoding == .utf8 ? text.count : endOfStretch(in: text, from: start, encoding)
      let piece = decoder.decode(UnsafeRawBufferPointer(rebasing: text[start..<end]), as: encoding)
      for unit in UnitSplitter(piece) {
        try sink.add(DocumentUnit(text: String(decoding: piece[unit.range], as: UTF8.self)))
      }
      start = end
    }
  }

  /// After a newline, if there is one; else, for UTF-16, between two code units.
  private static func endOfStretch(in text: UnsafeRawBufferPointer, from start: Int, _ encoding: TextEncoding) -> Int {
    guard text.count - start > stretch else { return text.count }
    let newline: [UInt8] =
      switch encoding {
      case .utf8, .latin1: [10]
      case .utf16LittleEndian: [10, 0]
      case .utf16BigEndian: [0, 10]
      }
    var end = start + stretch
    while end > start, !text[(end - newline.count)..<end].elementsEqual(newline) { end -= newline.count }
    return end > start ? end : start + stretch
  }

  /// Whether this is a tar archive: its mark follows a header's first fields (POSIX.1, pax, "ustar Interchange Format").
  private static func isArchive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count > 262 && bytes[257...].starts(with: Array("ustar".utf8))
  }
}
