internal import Catalog
internal import Extraction
internal import IndexModel

/// Whether what is recorded of a file whose bytes are the same is what reading it again would give.
struct Standing: Sendable {
  /// The mark of the project's choice of columns.
  let columns: Int64
  /// The converters that are installed, looked for once.
  private let installed: Set<ConverterProgram>

  init(_ columns: ColumnPreferences) {
    self.columns = columns.mark
    installed = Set(ConverterProgram.allCases.filter(\.isInstalled))
  }

  func stands(_ row: FileRow) -> Bool {
    stands(row.outcome, extractor: row.extractor, columns: row.columns, retries: row.retries)
  }

  func stands(_ record: FileRecord) -> Bool {
    stands(record.outcome, extractor: record.extractor, columns: record.columns, retries: record.retries)
  }

  private func stands(_ outcome: Outcome, extractor: Int, columns: Int64, retries: Int) -> Bool {
    guard Extractors.isCurrent(extractor) else { return false }
    if Extractors.isOfTables(extractor), columns != self.columns { return false }
    return switch outcome {
    case .indexed, .skipped(.binary), .skipped(.missingColumn): true
    case .skipped(.missingConverter): Extractors.converter(for: extractor).map { !installed.contains($0) } ?? false
    // The verdict of a walk, which knows it anew each time.
    case .skipped: true
    // Tried once more: the machine may have been short of what was missing.
    case .failed(let reason): reason.isOfContent && !(reason.isRetried && retries == 0)
    case .unchanged, .removed: false
    }
  }
}
