internal import IndexModel

/// The files that a search may answer with: the caller's filter and the query's own globs.
struct FileFilter {
  private let sources: Set<Int64>?
  private let kind: [UInt8]?
  private let included: [PathGlob]
  private let excluded: [PathGlob]
  private let roots: [Int64: [UInt8]]

  init(_ filter: SearchFilter, _ query: SearchQuery) throws(IndexerError) {
    sources = filter.sources
    kind = filter.kind.map { Array($0.utf8) }
    var included = query.included
    if let glob = filter.pathGlob { included.append(try PathGlob(glob)) }
    self.included = included
    excluded = query.excluded
    roots = filter.roots.mapValues { Array($0.utf8) }
  }

  /// Whether no file need be looked at.
  var admitsAll: Bool { sources == nil && kind == nil && included.isEmpty && excluded.isEmpty }

  /// - Parameter kind: no address when the file has none.
  func admits(source: Int64, path: UnsafeRawBufferPointer, kind: UnsafeRawBufferPointer) -> Bool {
    if let sources, !sources.contains(source) { return false }
    if let wanted = self.kind, !wanted.elementsEqual(kind) { return false }
    guard !included.isEmpty || !excluded.isEmpty else { return true }
    let root = roots[source] ?? []
    return included.allSatisfy { $0.matches(path, root: root) }
      && !excluded.contains { $0.matches(path, root: root) }
  }
}
