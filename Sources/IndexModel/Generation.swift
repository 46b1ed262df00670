/// One directory of shards of a project.
package struct Generation: Hashable, Sendable {
  package var number: Int
  package var shards: Int
  /// Of the tokeniser that made its postings: another one cannot delete from it, or search it.
  package var tokenizerVersion: Int
  package var createdAt = Timestamp(milliseconds: 0)
  /// Nil: it is being built aside.
  package var publishedAt: Timestamp?
  /// When searches last began to read it.
  package var currentAt: Timestamp?
  /// Its files are whole and synced.
  package var isReady = false
  /// Nil for one that was made in place.
  package var build: Build?
  /// Of its files when it was published; nil once a job has written to it.
  package var checksums: [FileChecksum]?

  /// How it was built aside.
  package struct Build: Hashable, Sendable {
    package var jobID: String
    /// In the place of a job's id, for one that comes from an export.
    package static let importer = "import"
    /// The generation that it began as a copy of; nil: it began with nothing.
    package var base: Int?
    /// The fences of the base when its files were taken: whoever claims it meanwhile raises them.
    package var baseFences: String?

    /// Some of the base's shards could not be read: files of other sources are missing.
    package var isIncomplete: Bool { baseFences?.split(separator: " ").contains(Build.unreadable) ?? false }
    /// In ``baseFences``.
    package static let unreadable: Substring = "-"

    package init(jobID: String, base: Int? = nil, baseFences: String? = nil) {
      self.jobID = jobID
      self.base = base
      self.baseFences = baseFences
    }
  }

  package var isImport: Bool { build?.jobID == Build.importer }

  package init(number: Int, shards: Int, tokenizerVersion: Int) {
    self.number = number
    self.shards = shards
    self.tokenizerVersion = tokenizerVersion
  }
}

/// What a file was when its checksum was taken.
package struct FileChecksum: Hashable, Sendable, Codable {
  /// The last component of its path.
  package var name: String
  /// Bytes.
  package var size: Int64
  /// XXH3 128-bit, in hexadecimal digits.
  package var hash: String

  package init(name: String, size: Int64, hash: String) {
    self.name = name
    self.size = size
    self.hash = hash
  }
}

/// Where a job builds the index.
package enum BuildMode: String, Hashable, Sendable, Codable {
  /// In the generation that searches read: each file is found as soon as it is committed.
  case inPlace = "in_place"
  /// Aside, in a copy of that generation, which is published in one step.
  case snapshot
  /// Aside, from the files anew, published in one step.
  case rebuild
  /// As ``snapshot``, but shards that are damaged begin with nothing, and their files are read anew.
  case repair
}
