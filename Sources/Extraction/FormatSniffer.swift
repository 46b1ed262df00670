internal import Glibc
package import IndexModel

/// How a file is read.
package enum FileFormat: Hashable, Sendable {
  /// In process.
  case text(TextEncoding)
  /// In the separate process.
  case document(DocumentFamily)
  /// Not at all.
  case binary
}

/// Tells how a file is read: by its content first, by its name where the content fits several.
package enum FormatSniffer {
  private static let zipSignatures = [Array("PK\u{3}\u{4}".utf8), Array("PK\u{5}\u{6}".utf8)]
  private static let gzipSignature: [UInt8] = [0x1F, 0x8B, 0x08]

  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - kind: what ``FileKind`` says of its name.
  ///   - name: the last component of its path.
  package static func format(of bytes: UnsafeRawBufferPointer, kind: String, name: String) -> FileFormat {
    if let family = family(ofBytes: bytes) { return .document(family) }
    guard case .text(let encoding) = TextSniffer.format(of: bytes) else { return .binary }
    return family(ofText: bytes, kind: kind, name: name).map(FileFormat.document) ?? .text(encoding)
  }

  private static func family(ofBytes bytes: UnsafeRawBufferPointer) -> DocumentFamily? {
    if zipSignatures.contains(where: { bytes.starts(with: $0) }) { return .zip }
    if bytes.starts(with: gzipSignature) { return .gzip }
    if CompoundFile.begins(bytes) { return .compound }
    if RTFExtractor.isRTF(bytes) { return .rtf }
    if ParquetExtractor.isParquet(bytes) { return .parquet }
    return isPDF(bytes) ? .pdf : nil
  }

  private static func isPDF(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if bytes.starts(with: "%PDF-".utf8) { return true }
    // Further on, only where it cannot be a text that speaks of PDF.
    return holds(0, UnsafeRawBufferPointer(rebasing: bytes.prefix(8 << 10))) && PDFExtractor.isPDF(bytes)
  }

  private static func holds(_ byte: UInt8, _ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.baseAddress.map { memchr($0, Int32(byte), bytes.count) != nil } ?? false
  }

  /// The name decides only where the content agrees: a `.csv` is text, a notebook is JSON, a page has tags.
  private static func family(ofText bytes: UnsafeRawBufferPointer, kind: String, name: String) -> DocumentFamily? {
    // A page that was saved under the name of what it stands for, such as that of a login instead of a table.
    if [FileKind.text, "csv", "rtf", "email"].contains(kind), HTMLExtractor.recognises(bytes) { return .html }
    return switch kind {
    case "csv" where !bytes.isEmpty: .csv
    case "html" where holds(UInt8(ascii: "<"), bytes): .html
    case "email" where MailSniffer.looksLikeMail(bytes, name: name): .email
    case FileKind.text where MailSniffer.looksLikeMail(bytes, name: name): .email
    case "notebook" where firstOfText(bytes) == UInt8(ascii: "{"): .notebook
    default: nil
    }
  }

  private static func firstOfText(_ bytes: UnsafeRawBufferPointer) -> UInt8? {
    bytes.first { !($0 == 32 || (9...13).contains($0) || [0xEF, 0xBB, 0xBF].contains($0)) }
  }
}
