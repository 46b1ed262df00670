/// Takes the units of one document as they come, and keeps within what one document may give.
package final class UnitSink {
  /// What one document may give: more is a bomb, not a document.
  package struct Limits: Sendable {
    /// Bytes of texts, contexts and names together.
    package var bytes: Int
    package var units = 1_000_000

    /// 128 MiB, and four times the document's own size: a large table gives more than it has, since each of its rows
    /// names the columns.
    ///
    /// - Parameter size: bytes of the document.
    package init(size: Int = 0) { bytes = (128 << 20) + 4 * size }
  }

  private let limits: Limits
  private let tell: (TableColumns) throws -> Void
  private let deliver: (DocumentUnit) throws -> Void
  private var bytes = 0
  private var units = 0

  /// - Parameters:
  ///   - columns: called with the columns of each table, before its units; also for tables that give none because
  ///     they lack a wanted column.
  ///   - deliver: called with each unit, in order.
  package init(
    limits: Limits = Limits(), columns: @escaping (TableColumns) throws -> Void = { _ in },
    deliver: @escaping (DocumentUnit) throws -> Void
  ) {
    self.limits = limits
    tell = columns
    self.deliver = deliver
  }

  /// Whether there was any unit.
  package var isUsed: Bool { units > 0 }

  /// Tells the names of a table's columns.
  package func add(columns: TableColumns) throws { try tell(columns) }

  /// Adds a unit; one that has neither text nor title is dropped.
  ///
  /// - Throws: ``ExtractionFailure/tooMuchText``.
  package func add(_ unit: DocumentUnit) throws {
    if unit.text.allSatisfy(\.isWhitespace), unit.title == nil { return }
    var unit = unit
    unit.title = unit.title.map(DocumentUnit.shortened)
    unit.sheet = unit.sheet.map(DocumentUnit.shortened)
    bytes += unit.bytes
    units += 1
    guard bytes <= limits.bytes, units <= limits.units else { throw ExtractionFailure.tooMuchText }
    try deliver(unit)
  }
}
