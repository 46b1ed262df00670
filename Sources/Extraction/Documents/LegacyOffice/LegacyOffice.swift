/// What `catdoc` and `catppt` have in common.
enum LegacyOffice {
  static func extract(
    _ document: Document, to sink: UnitSink, program: String, _ arguments: [String],
    searchPath: String = Converter.usualPath
  ) throws {
    var converter = Converter(program: program, package: "catdoc", searchPath: searchPath)
    guard converter.executable != nil else { throw ExtractionFailure.missingConverter(converter.package) }
    // Both run on for ever when the file breaks off; and what is no compound file, catdoc would print as it is.
    try document.withBytes { try CompoundFile($0).check() }
    converter.explain = { status, _ in status == isEncrypted ? .encrypted : nil }
    // catdoc knows only the page breaks that somebody has put in by hand.
    var text = PagedText(Sections(sink), isNumbered: program == "catppt")
    var start: [UInt8] = []
    // By path, since catppt says nothing of a document on its standard input.
    try converter.run(arguments + ["/dev/stdin"], on: document) { piece in
      guard start.count < encryptionNote.count else { return try text.add(piece) }
      // catdoc says on its standard output what its exit status says again.
      start += piece
      if start.starts(with: encryptionNote) { throw ExtractionFailure.encrypted }
      if start.count >= encryptionNote.count { try start.withUnsafeBytes { try text.add($0) } }
    }
    if start.count < encryptionNote.count { try start.withUnsafeBytes { try text.add($0) } }
    try text.end()
  }

  private static let isEncrypted: Int32 = 69
  private static let encryptionNote = Array("[File is encrypted.".utf8)
}
