/// The programs that read what no library here reads; each is optional.
package enum ConverterProgram: String, Sendable, CaseIterable {
  /// Poppler: the most complete reader of PDF there is.
  case pdftotext
  /// The reference reader of Parquet beside Arrow's, and one file to install.
  case duckdb
  /// Word and PowerPoint before 2007.
  case catdoc, catppt

  /// What to install: of Debian, or of PyPI where it says so.
  package var package: String {
    switch self {
    case .pdftotext: "poppler-utils"
    case .duckdb: "duckdb-cli (PyPI)"
    case .catdoc, .catppt: "catdoc"
    }
  }

  /// The format that needs it.
  package var format: String {
    switch self {
    case .pdftotext: "PDF"
    case .duckdb: "Parquet"
    case .catdoc: "DOC"
    case .catppt: "PPT"
    }
  }

  package var converter: Converter { Converter(program: rawValue, package: package) }

  package var isInstalled: Bool { converter.executable != nil }
}
