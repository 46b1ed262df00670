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
