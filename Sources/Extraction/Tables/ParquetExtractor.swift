/// Apache Parquet, read by DuckDB's command line program.
///
/// Rows are counted from 1, the first of them being row 1, since there is no header row. Nested values are shown as
/// DuckDB writes them, such as `[1, 2]`.
package enum ParquetExtractor: TableExtractor {
  package static let kind = "parquet"
  package static let version = 2

  /// The statement that DuckDB runs. It has no part of the file's name, so that nothing needs quoting.
  ///
  /// - The file is its standard input: one path, which it may open again for each column. It may open nothing else,
  ///   load no extension, and write nowhere but to its standard output.
  /// - One thread and 256 MiB are enough for a stream: row groups are read one after the other.
  /// - `COPY` gives the rows as they come, at half the time of the shell's own output, which gathers all of them first.
  static let statement = """
    SET threads = 1; SET memory_limit = '256MiB'; SET temp_directory = ''; SET max_temp_directory_size = '0B'; \
    SET autoinstall_known_extensions = false; SET autoload_known_extensions = false; \
    SET allowed_paths = ['/proc/self/fd/0', '/dev/stdout']; SET enable_external_access = false; \
    SET lock_configuration = true; \
    COPY (FROM read_parquet('/proc/self/fd/0')) TO '/dev/stdout' (FORMAT csv, HEADER true, DELIMITER ',', QUOTE '"');
    """

  /// - Throws: also ``ExtractionFailure/missingConverter(_:)``.
  package static func read(_ document: Document, into units: TableUnits) throws {
    try read(document, into: units, with: Converter(program: "duckdb", package: "duckdb-cli (PyPI)"))
  }

  static func read(_ document: Document, into units: TableUnits, with converter: Converter) throws {
    try document.withBytes { try check($0) }
    try units.begin(sheet: nil, hasCertainHeader: true)
    var converter = converter
    let unusable = converter.unusable
    // An older DuckDB does not know all of the settings.
    converter.explain = { status, errors in
      let isTooOld = ["unrecognized configuration parameter", "Catalog Error"].contains { errors.contains($0) }
      return status != 0 && isTooOld ? unusable("it is too old, 1.2 is needed") : nil
    }
    let rows = DelimitedRows(delimiter: UInt8(ascii: ","), isWellFormed: true)
    var feed = DelimitedFeed(units, rows: rows, firstNumber: 0)
    do {
      try converter.run(["-no-init", "-batch", "-bail", "-c", statement], on: document) { piece in
        try feed.add(piece, isLast: false)
        guard units.wantsRows else { throw Enough() }
      }
      try feed.add(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true)
    } catch is Enough {
    }
  }

  /// The rest would be passed over, so the program need not go on.
  private struct Enough: Error {}

  /// Whether a file begins as Parquet does, encrypted footers included (parquet.thrift, "File Format").
  package static func isParquet(_ head: UnsafeRawBufferPointer) -> Bool {
    head.starts(with: magic) || head.starts(with: encryptedMagic)
  }

  private static let magic = Array("PAR1".utf8)
  private static let encryptedMagic = Array("PARE".utf8)

  private static func check(_ bytes: UnsafeRawBufferPointer) throws {
    if bytes.starts(with: encryptedMagic) { throw ExtractionFailure.encrypted }
    guard bytes.starts(with: magic) else { throw ExtractionFailure.notADocument }
    guard bytes.count > 2 * magic.count, bytes.suffix(magic.count).elementsEqual(magic) else {
      throw ExtractionFailure.damaged("breaks off")
    }
  }
}
