/// What to look for, and where.
package struct SearchRequest: Hashable, Sendable {
  package var query: String
  /// Names; empty means all.
  package var projects: [String]
  /// Matched against the absolute path and the path below its source; nil for all.
  package var path: String?
  /// A ``SearchHit/kind``; nil for all.
  package var kind: String?
  package var limit: Int
  /// As ``SearchResponse/next`` gave it.
  package var offset: Int

  package init(
    query: String, projects: [String] = [], path: String? = nil, kind: String? = nil, limit: Int = 10,
    offset: Int = 0
  ) {
    self.query = query
    self.projects = projects
    self.path = path
    self.kind = kind
    self.limit = limit
    self.offset = offset
  }
}

/// The JSON contract of a search. Keys are these names in snake_case.
package struct SearchResponse: Codable, Hashable, Sendable {
  package var query: String
  package var projects: [String]
  package var tookMs: Double
  /// Files of these projects that were found and not settled, also by a job that was cancelled or failed: what the
  /// answer may lack.
  package var pendingFiles: Int
  /// Jobs that have not listed their files yet, or never did.
  package var unlistedJobs: Int
  /// Parts of projects that could not be asked.
  package var unavailable: [UnavailableProject]
  package var hits: [SearchHit]
  /// The offset of the next page; nil when there is none.
  @ExplicitNull package var next: Int?

  package init(
    query: String, projects: [String], tookMs: Double, pendingFiles: Int, unlistedJobs: Int = 0,
    unavailable: [UnavailableProject] = [], hits: [SearchHit], next: Int?
  ) {
    self.query = query
    self.projects = projects
    self.tookMs = tookMs
    self.pendingFiles = pendingFiles
    self.unlistedJobs = unlistedJobs
    self.unavailable = unavailable
    self.hits = hits
    self.next = next
  }
}

/// A project of whose index a part cannot be read, and why. Several of one project are possible.
package struct UnavailableProject: Codable, Hashable, Sendable {
  package var project: String
  package var message: String

  package init(project: String, message: String) {
    self.project = project
    self.message = message
  }
}

/// One unit that was found.
package struct SearchHit: Codable, Hashable, Sendable {
  /// Absolute.
  package var path: String
  package var project: String
  package var source: String
  package var unit: Int64
  /// Higher is better; comparable within one answer only.
  package var score: Double
  @ExplicitNull package var title: String?
  @ExplicitNull package var kind: String?
  /// Of the snippet, 1-based.
  package var firstLine: Int
  package var lastLine: Int
  /// The line of the snippet that says most about the query.
  package var bestLine: Int
  @ExplicitNull package var page: Int?
  @ExplicitNull package var sheet: String?
  /// Of the sheet, such as `2-57`.
  @ExplicitNull package var rows: String?
  /// The row that ``bestLine`` is.
  @ExplicitNull package var bestRow: Int?
  /// From the text as it was indexed; empty when the file was found by its name alone.
  package var snippet: String
  /// The columns that are shown and not searched, line for line beside ``snippet``; empty for none.
  package var context: String
  /// False for what any word of the query brought in, after all that has every word.
  package var allWords: Bool
  /// The file has changed, or is gone, since it was indexed.
  package var stale: Bool
  package var generation: Int

  package init(
    path: String, project: String, source: String, unit: Int64, score: Double, title: String?, kind: String?,
    firstLine: Int, lastLine: Int, bestLine: Int, page: Int? = nil, sheet: String? = nil, rows: String? = nil,
    bestRow: Int? = nil, snippet: String, context: String = "", allWords: Bool = true, stale: Bool, generation: Int
  ) {
    self.page = page
    self.sheet = sheet
    self.rows = rows
    self.bestRow = bestRow
    self.context = context
    self.path = path
    self.project = project
    self.source = source
    self.unit = unit
    self.score = score
    self.title = title
    self.kind = kind
    self.firstLine = firstLine
    self.lastLine = lastLine
    self.bestLine = bestLine
    self.snippet = snippet
    self.allWords = allWords
    self.stale = stale
    self.generation = generation
  }
}
