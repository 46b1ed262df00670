package import IndexModel

/// The ``IndexerError`` that `body` throws; nil when it throws none.
package func failure(of body: () throws -> Void) throws -> IndexerError? {
  do {
    try body()
    return nil
  } catch let error as IndexerError {
    return error
  }
}
