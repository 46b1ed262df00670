/// The text of a cell while its pieces come.
struct CellText {
  private(set) var text = ""

  /// - Throws: ``ExtractionFailure/tooMuchText``.
  mutating func add(_ piece: String) throws {
    guard text.utf8.count + piece.utf8.count <= SheetRow.maximumBytes else { throw ExtractionFailure.tooMuchText }
    text += piece
  }

  mutating func removeAll() { text.removeAll(keepingCapacity: true) }
}
