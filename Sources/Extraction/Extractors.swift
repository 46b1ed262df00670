/// What reads files of each kind, and in which version. A file's row holds one number for both: when it is not the current
/// one any more, the file is read again.
package enum Extractors {
  /// Place in the table and version: 100 × place + version. Places are never used again.
  private struct Entry {
    var kind: String
    var place: Int
    var version = 1
    /// The program that does the reading, if another does.
    var converter: ConverterProgram?
    var isTable = false

    init(kind: String, place: Int) {
      self.kind = kind
      self.place = place
    }

    init(_ extractor: any DocumentExtractor.Type, _ place: Int, _ converter: ConverterProgram? = nil) {
      kind = extractor.kind
      self.place = place
      version = extractor.version
      self.converter = converter
      isTable = extractor is any TableExtractor.Type
    }

    var number: Int { 100 * place + version }
  }

  /// Text and code that no other entry names, read in process.
  package static let text = 1
  /// What nothing reads.
  package static let binary = 101

  private static let entries: [Entry] = [
    Entry(kind: "text", place: 0), Entry(kind: "binary", place: 1),
    Entry(kind: "markdown", place: 2), Entry(kind: "rst", place: 3),
    Entry(CSVExtractor.self, 10), Entry(XLSXExtractor.self, 11), Entry(XLSExtractor.self, 12),
    Entry(ODSExtractor.self, 13), Entry(ParquetExtractor.self, 14, .duckdb),
    Entry(PDFExtractor.self, 20, .pdftotext), Entry(DOCXExtractor.self, 21), Entry(PPTXExtractor.self, 22),
    Entry(ODTExtractor.self, 23), Entry(ODPExtractor.self, 24), Entry(EPUBExtractor.self, 25),
    Entry(RTFExtractor.self, 26), Entry(HTMLExtractor.self, 27), Entry(EmailExtractor.self, 28),
    Entry(GzipExtractor.self, 29), Entry(NotebookExtractor.self, 30), Entry(DOCExtractor.self, 31, .catdoc),
    Entry(PPTExtractor.self, 32, .catppt),
    // What failed before it could tell more.
    Entry(kind: "zip", place: 40), Entry(kind: "compound", place: 41),
  ]

  private static let byKind = Dictionary(uniqueKeysWithValues: entries.map { ($0.kind, $0) })
  private static let byNumber = Dictionary(uniqueKeysWithValues: entries.map { ($0.number, $0) })

  /// The number for files of this kind; ``text`` for a kind that is read as text.
  package static func number(ofKind kind: String) -> Int { byKind[kind]?.number ?? text }

  /// Whether a row with this number was made by what reads such files now.
  package static func isCurrent(_ number: Int) -> Bool { number == text || byNumber[number] != nil }

  /// Whether the number is that of tables: what they give depends on the project's choice of columns.
  package static func isOfTables(_ number: Int) -> Bool { number != text && byNumber[number]?.isTable == true }

  /// The program without which files with this number cannot be read.
  package static func converter(for number: Int) -> ConverterProgram? { byNumber[number]?.converter }

  /// Such as `pdf, version 1`.
  package static func name(of number: Int) -> String? {
    byNumber[number].map { "\($0.kind), version \($0.version)" }
  }

  /// The kind of documents that have this name's extension: for what broke before it could tell.
  package static func kind(forName name: some Collection<UInt8>) -> String? {
    let word = String(decoding: name, as: UTF8.self).lowercased().split(separator: ".").last.map(String.init)
    return word.flatMap { documentKinds.contains($0) ? $0 : nil }
  }

  /// Whether there is such a kind of documents.
  static func isKind(_ kind: String) -> Bool { byKind[kind] != nil }

  /// The kinds of documents, sorted.
  package static var documentKinds: [String] { entries.filter { (10..<40).contains($0.place) }.map(\.kind).sorted() }
}
