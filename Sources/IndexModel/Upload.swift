/// One version of an uploaded file.
package struct UploadVersion: Codable, Hashable, Sendable {
  /// From 1; never used again.
  package var number: Int
  /// As its uploader calls it.
  @ExplicitNull package var label: String?
  /// Told by its content, such as `csv`; nil when that could not be told.
  @ExplicitNull package var kind: String?
  /// XXH3, 128 bits, hexadecimal.
  package var hash: String
  package var bytes: Int64
  /// Of a table, or of a workbook's sheets.
  package var tables: [TableReport]
  package var createdAt: Timestamp
  /// Who sent it, such as `http:ann`.
  package var createdBy: String

  package init(
    number: Int, label: String?, kind: String?, hash: String, bytes: Int64, tables: [TableReport],
    createdAt: Timestamp, createdBy: String
  ) {
    self.number = number
    self.label = label
    self.kind = kind
    self.hash = hash
    self.bytes = bytes
    self.tables = tables
    self.createdAt = createdAt
    self.createdBy = createdBy
  }
}

/// The columns of one table, by name.
package struct TableReport: Codable, Hashable, Sendable {
  /// Of a workbook; nil for a file that is one table.
  @ExplicitNull package var sheet: String?
  package var columns: [String]

  package init(sheet: String?, columns: [String]) {
    self.sheet = sheet
    self.columns = columns
  }
}

/// A file that was received, and is to become a version of a source.
package struct UploadRequest: Hashable, Sendable {
  package var project: String
  /// The file's; never a path.
  package var name: String
  package var label: String?
  package var requestedBy: String

  package init(project: String, name: String, label: String? = nil, requestedBy: String) {
    self.project = project
    self.name = name
    self.label = label
    self.requestedBy = requestedBy
  }
}

/// What became of an upload.
package struct UploadReceipt: Codable, Hashable, Sendable {
  package var source: SourceReport
  /// The same bytes were there already; no version and no job were made.
  package var isKnown: Bool
  /// The job that reads it; nil when there is none to be done.
  @ExplicitNull package var job: JobReport?

  package init(source: SourceReport, isKnown: Bool, job: JobReport?) {
    self.source = source
    self.isKnown = isKnown
    self.job = job
  }
}

/// A source as front ends show it.
package struct SourceReport: Codable, Hashable, Sendable {
  package enum Kind: String, Codable, Hashable, Sendable, CaseIterable { case directory, upload }

  package var id: String
  package var kind: Kind
  /// Of a directory; `upload:/NAME` of an uploaded file.
  package var path: String
  package var options: WalkOptions
  /// The newest; nil of a directory.
  @ExplicitNull package var version: UploadVersion?
  /// Its last job; nil once that has left the history.
  @ExplicitNull package var lastJob: LastJob?

  package struct LastJob: Codable, Hashable, Sendable {
    package var id: String
    package var status: JobStatus

    package init(id: String, status: JobStatus) {
      self.id = id
      self.status = status
    }
  }

  package init(_ source: Source, version: UploadVersion? = nil, lastJob: LastJob? = nil) {
    id = String(source.id)
    kind = source.uploadName == nil ? .directory : .upload
    path = source.path
    options = source.options
    self.version = version
    self.lastJob = lastJob
  }
}
