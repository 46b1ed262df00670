/// What a project does with the columns of its tables. Names are compared without regard to case and outer blanks.
package struct ColumnPreferences: Hashable, Sendable, Codable {
  /// Searched; empty means all that are not `context`. A table that lacks one of these is skipped.
  package var searched: [String]
  /// Not searched, but shown with a hit.
  package var context: [String]

  package init(searched: [String] = [], context: [String] = []) {
    self.searched = searched
    self.context = context
  }

  package var isDefault: Bool { searched.isEmpty && context.isEmpty }

  /// Tells tables that were read with other preferences: 0 for none, else FNV-1a of the names, 63 bits.
  package var mark: Int64 {
    guard !isDefault else { return 0 }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for (list, names) in [(UInt8(1), searched), (2, context)] {
      for name in names {
        for byte in [list] + Array(name.utf8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      }
    }
    return Int64(hash >> 1)
  }
}
