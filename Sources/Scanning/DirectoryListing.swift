import Glibc

/// The names in one directory, sorted by bytes. Used again for the next directory, so that a walk allocates
/// little.
struct DirectoryListing {
  struct Name {
    /// In `text`.
    var start: Int
    var count: UInt16
    /// As in `dirent`, or `unknown`.
    var type: UInt8
  }

  static let unknown = UInt8(DT_UNKNOWN)
  static let directory = UInt8(DT_DIR)
  static let regular = UInt8(DT_REG)

  private(set) var names: [Name] = []
  /// All names, each followed by a NUL.
  private var text: [UInt8] = []
  private(set) var hasGitignore = false
  private(set) var hasIndexerignore = false
  private(set) var hasRepositoryMarker = false

  /// Reads all names of `stream`, but for `.` and `..`. Returns 0, or an errno value when not all could be read.
  mutating func read(_ stream: OpaquePointer) -> Int32 {
    names.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
    (hasGitignore, hasIndexerignore, hasRepositoryMarker) = (false, false, false)
    let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name)!
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let start = UnsafeRawPointer(entry).advanced(by: nameOffset).assumingMemoryBound(to: UInt8.self)
      append(UnsafeBufferPointer(start: start, count: strlen(start)), type: entry.pointee.d_type)
    }
    let code = errno
    sort()
    return code
  }

  private mutating func append(_ name: UnsafeBufferPointer<UInt8>, type: UInt8) {
    if name[0] == UInt8(ascii: ".") {
      if name.count == 1 || (name.count == 2 && name[1] == UInt8(ascii: ".")) { return }
      if name.elementsEqual(IgnoreFiles.gitignore) { hasGitignore = true }
      if name.elementsEqual(IgnoreFiles.indexerignore) { hasIndexerignore = true }
      if name.elementsEqual(Repository.marker.utf8) { hasRepositoryMarker = true }
    }
    names.append(Name(start: text.count, count: UInt16(name.count), type: type))
    text.append(contentsOf: name)
    text.append(0)
  }

  private mutating func sort() {
    var sorted = names
    names = []
    _ = withText { text in
      sorted.sort { left, right in
        // The NUL behind the shorter name makes it the smaller one.
        memcmp(text + left.start, text + right.start, Int(min(left.count, right.count)) + 1) < 0
      }
    }
    names = sorted
  }

  /// Calls `body` with the bytes of all names, in which `Name.start` counts; each name ends in a NUL.
  func withText<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result? {
    text.withUnsafeBufferPointer { $0.baseAddress.map(body) }
  }
}
