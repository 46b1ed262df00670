/// What was removed, or would be.
package struct PruneReport: Hashable, Sendable, Codable {
  package struct Item: Hashable, Sendable, Codable {
    /// Absolute.
    package var path: String
    package var bytes: Int64

    package init(path: String, bytes: Int64) {
      self.path = path
      self.bytes = bytes
    }
  }

  package var generations: [Item] = []
  /// That no project knows, left behind by what was killed.
  package var directories: [Item] = []
  /// That ended long ago, with their events.
  package var jobs = 0

  package init() {}

  package var bytes: Int64 { (generations + directories).reduce(0) { $0 + $1.bytes } }
}
