/// A named collection: its sources and their index.
package struct Project: Hashable, Sendable {
  package var id: String
  package var name: String
  /// The generation that searches read; 0 while there is none.
  package var generation: Int
  package var createdAt: Timestamp
  package var columns: ColumnPreferences

  package init(
    id: String, name: String, generation: Int, createdAt: Timestamp, columns: ColumnPreferences = ColumnPreferences()
  ) {
    self.columns = columns
    self.id = id
    self.name = name
    self.generation = generation
    self.createdAt = createdAt
  }
}

/// What a project indexes.
package struct Source: Hashable, Sendable {
  package var id: Int64
  package var projectID: String
  /// Absolute.
  package var path: String
  package var options: WalkOptions
  /// `st_dev` of the directory when it was last walked; nil before.
  package var device: UInt64?

  package init(id: Int64, projectID: String, path: String, options: WalkOptions, device: UInt64? = nil) {
    self.device = device
    self.id = id
    self.projectID = projectID
    self.path = path
    self.options = options
  }
}
