/// The first bytes of formats that are never text, though some, such as PDF, could pass for it.
///
/// Formats with a NUL in their first bytes need no line here.
enum Signature {
  private static let known: [[UInt8]] = [
    [0x89] + Array("PNG\r\n\u{1A}\n".utf8),
    [0x7F] + Array("ELF".utf8),
    [0xFF, 0xD8, 0xFF],  // JPEG
    Array("GIF87a".utf8), Array("GIF89a".utf8),
    Array("%PDF-".utf8),
    Array("PK\u{3}\u{4}".utf8), Array("PK\u{5}\u{6}".utf8),  // zip, and what is made of it: docx, jar, epub
    [0x1F, 0x8B],  // gzip
    Array("BZh91AY&SY".utf8),  // bzip2
    [0xFD] + Array("7zXZ".utf8), [0x28, 0xB5, 0x2F, 0xFD],  // xz, zstd
    Array("7z".utf8) + [0xBC, 0xAF, 0x27, 0x1C], Array("Rar!\u{1A}\u{7}".utf8),
    Array("!<arch>\n".utf8),  // ar, deb
    Array("SQLite format 3".utf8) + [0],
    [0xCA, 0xFE, 0xBA, 0xBE],  // Java class, Mach-O
    [0xD0, 0xCF, 0x11, 0xE0],  // OLE2: doc, xls
    Array("OggS".utf8) + [0], Array("fLaC".utf8) + [0], Array("ID3".utf8) + [3], Array("ID3".utf8) + [4],
    Array("wOFF".utf8) + [0], Array("wOF2".utf8) + [0],
  ]

  static func isBinary(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let first = bytes.first else { return false }
    return known.contains { $0[0] == first && bytes.starts(with: $0) }
  }
}
