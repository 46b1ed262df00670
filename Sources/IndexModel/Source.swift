/// What a project indexes: a directory, or one uploaded file.
package struct Source: Hashable, Sendable {
  package var id: Int64
  package var projectID: String
  /// Absolute; that of an upload is ``uploads``, a slash, and the file's name.
  package var path: String
  package var options: WalkOptions
  /// `st_dev` of the directory when it was last walked; nil before.
  package var device: UInt64?
  /// Of an upload: the number of the version whose bytes are kept.
  package var version: Int?
  /// No search finds it any more; its files leave the index with its next job.
  package var isRemoved: Bool

  package init(
    id: Int64, projectID: String, path: String, options: WalkOptions, device: UInt64? = nil, version: Int? = nil,
    isRemoved: Bool = false
  ) {
    self.id = id
    self.projectID = projectID
    self.path = path
    self.options = options
    self.device = device
    self.version = version
    self.isRemoved = isRemoved
  }

  /// Where uploads seem to lie, for people and for filters; no directory has a path like this.
  package static let uploads = "upload:"

  package static func path(ofUpload name: String) -> String { "\(uploads)/\(name)" }

  package static func isUpload(_ path: String) -> Bool { path.hasPrefix("\(uploads)/") }

  /// The name of an uploaded file; nil for a directory.
  package var uploadName: String? {
    Self.isUpload(path) ? String(path.dropFirst(Self.uploads.count + 1)) : nil
  }

  /// What the shown paths of its files begin with, before a slash.
  package var root: String { uploadName == nil ? path : Self.uploads }
}
