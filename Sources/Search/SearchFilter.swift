/// What a unit's file must be like; applied before the best units are chosen.
package struct SearchFilter: Hashable, Sendable {
  /// `sources.id` of queue.db; nil for all.
  package var sources: Set<Int64>?
  /// As ``PathGlob`` reads it; nil for all. Globs in the query come on top.
  package var pathGlob: String?
  /// Equal to `files.kind`; nil for all.
  package var kind: String?
  /// The absolute path of each source, so that globs can name absolute paths too.
  package var roots: [Int64: String]

  package init(
    sources: Set<Int64>? = nil, pathGlob: String? = nil, kind: String? = nil, roots: [Int64: String] = [:]
  ) {
    self.sources = sources
    self.pathGlob = pathGlob
    self.kind = kind
    self.roots = roots
  }
}
