internal import Catalog
internal import Extraction
internal import IndexModel

/// Has documents read by the separate process, and adds what they give to the index.
final class DocumentUnits {
  private let process = ExtractionProcess()
  private let units: UnitWriter
  private let columns: ColumnPreferences

  init(_ units: UnitWriter, _ columns: ColumnPreferences) {
    self.units = units
    self.columns = columns
  }

  /// Adds the units of one document, as they come: what it gave before it failed is there too.
  ///
  /// - Returns: how it was read, and how many units have text.
  /// - Throws: ``RunStopped``; ``IndexerError``.
  func add(
    _ bytes: UnsafeRawBufferPointer, _ family: DocumentFamily, file: FileRow, to rows: ShardRows,
    isStopped: () -> Bool
  ) throws -> (reading: ExtractionProcess.Reading, withText: Int) {
    // A document's lines are those of its text.
    var line = 1
    var withText = 0
    do {
      let reading = try process.extract(
        bytes, family, name: String(decoding: file.path.name, as: UTF8.self), columns: columns, isStopped: isStopped
      ) { unit in
        let lines = max(1, unit.text.utf8.count { $0 == UInt8(ascii: "\n") })
        try add(
          unit, file: file.id,
          at: UnitPlace(
            firstLine: line, lastLine: line + lines - 1, title: unit.title, page: unit.page, sheet: unit.sheet,
            rows: unit.rows), to: rows)
        line += lines
        if !unit.text.isEmpty { withText += 1 }
      }
      return (reading, withText)
    } catch is ExtractionProcess.Stopped {
      throw RunStopped()
    }
  }

  private func add(_ unit: DocumentUnit, file: Int64, at place: UnitPlace, to rows: ShardRows) throws {
    var (text, context) = (unit.text, unit.context)
    try text.withUTF8 { text in
      try context.withUTF8 { context in
        try units.add(
          UnsafeRawBufferPointer(text), context: UnsafeRawBufferPointer(context), file: file, at: place, to: rows)
      }
    }
  }
}

extension ExtractionProcess.Reading {
  /// What becomes of a file that was not read to its end, with what is to be said of it beside the reason.
  var outcome: (Outcome, detail: String?) {
    switch failure {
    case nil: (.failed(.crashedExtractor), nil)
    case .encrypted: (.failed(.encrypted), nil)
    // May quote the document.
    case .damaged(let what): (.failed(.damaged), String(what.unicodeScalars.prefix(300)))
    case .tooMuchText: (.failed(.tooMuchText), nil)
    case .timeLimit: (.failed(.timeLimit), nil)
    case .memoryLimit: (.failed(.memoryLimit), nil)
    case .missingConverter(let package): (.skipped(.missingConverter), package)
    case .missingColumn(let column): (.skipped(.missingColumn), column)
    case .notADocument: (.skipped(.binary), nil)
    }
  }
}
