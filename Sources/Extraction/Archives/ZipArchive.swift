internal import CZip
internal import Glibc

/// A zip archive that is read from a document's descriptor, entry by entry, and never gives more than a real document
/// has, whatever its headers say.
///
/// Methods other than "stored" and "deflated" count as damage: the office formats and EPUB allow no others (ECMA-376
/// part 2, annex C; ODF 1.3 part 2, section 3.2; EPUB 3.3, OCF ZIP container).
package final class ZipArchive {
  /// What one archive may have and give. More is ``ExtractionFailure/tooMuchText``.
  package struct Limits: Sendable {
    package var entries = 100_000
    /// Bytes that one entry may give.
    package var entryBytes = 2 << 30
    /// Bytes that all entries together may give; what is read twice counts twice.
    package var bytes = 4 << 30
    /// How many times the archive's size all entries together may give, once it is above `ratioFloor`. Large sheets of
    /// empty cells reach 100 to 200, deflate at most 1032.
    package var ratio = 200
    /// Bytes.
    package var ratioFloor = 64 << 20

    package init() {}
  }

  /// Bytes that are read at a time.
  private static let pieceSize = 64 << 10

  /// The names of all entries, directories included, in the archive's order. `/` stands between their components.
  package let names: [String]

  private let archive: OpaquePointer
  private let indices: [String: UInt64]
  private let size: Int
  private let limits: Limits
  private var bytesGiven = 0

  /// Reads the archive's directory.
  ///
  /// - Throws: ``ExtractionFailure/damaged(_:)`` when it is no zip archive, or a broken one;
  ///   ``ExtractionFailure/tooMuchText`` when it has too many entries.
  package init(_ document: Document, limits: Limits = Limits()) throws {
    let descriptor = fcntl(document.descriptor, F_DUPFD_CLOEXEC, 3)
    guard descriptor >= 0 else { throw ExtractionFailure.memoryLimit }
    var code: Int32 = 0
    guard let archive = zip_fdopen(descriptor, 0, &code) else {
      close(descriptor)
      throw Self.failure(code, in: "archive")
    }
    var names: [String] = []
    var indices: [String: UInt64] = [:]
    let count = zip_get_num_entries(archive, 0)
    guard count <= limits.entries else {
      zip_discard(archive)
      throw ExtractionFailure.tooMuchText
    }
    for index in 0..<UInt64(max(0, count)) {
      guard let bytes = zip_get_name(archive, index, 0) else { continue }
      let name = Self.slashed(String(cString: bytes))
      names.append(name)
      // The first of two wins, as in libzip.
      for key in [name, name.lowercased()] where indices[key] == nil { indices[key] = index }
    }
    self.archive = archive
    self.names = names
    self.indices = indices
    self.limits = limits
    size = document.size
  }

  deinit { zip_discard(archive) }

  /// Whether there is such an entry. A name is found in any case, since part names have none (ECMA-376 part 2, 6.2.2),
  /// and with or without a leading `/`.
  package func contains(_ name: String) -> Bool { index(of: name) != nil }

  /// All bytes of an entry.
  ///
  /// - Parameter limit: bytes; a larger entry throws ``ExtractionFailure/tooMuchText``.
  /// - Throws: as ``stream(_:_:)``.
  package func read(_ name: String, limit: Int) throws -> [UInt8] {
    var result: [UInt8] = []
    try stream(name) { piece in
      guard result.count + piece.count <= limit else { throw ExtractionFailure.tooMuchText }
      result.append(contentsOf: piece)
    }
    return result
  }

  /// Calls `body` with the bytes of an entry, piece by piece. A piece is valid during the call only.
  ///
  /// - Throws: what `body` throws; ``ExtractionFailure/damaged(_:)`` when there is no such entry, or it is broken (after
  ///   `body` was given what could be read); ``ExtractionFailure/encrypted``; ``ExtractionFailure/tooMuchText``.
  package func stream(_ name: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard let index = index(of: name) else { throw ExtractionFailure.damaged("no entry \(name)") }
    let file = try open(index, name)
    defer { zip_fclose(file) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
    defer { buffer.deallocate() }
    guard let base = buffer.baseAddress else { return }
    var entryBytes = 0
    while true {
      let count = Int(zip_fread(file, base, UInt64(buffer.count)))
      guard count >= 0 else { throw Self.failure(zip_error_code_zip(zip_file_get_error(file)), in: name) }
      guard count > 0 else { return }
      entryBytes += count
      bytesGiven += count
      guard entryBytes <= limits.entryBytes, bytesGiven <= allowed else { throw ExtractionFailure.tooMuchText }
      try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
    }
  }

  private var allowed: Int {
    let (byRatio, overflow) = size.multipliedReportingOverflow(by: limits.ratio)
    return min(limits.bytes, max(limits.ratioFloor, overflow ? .max : byRatio))
  }

  private func index(of name: String) -> UInt64? {
    let name = Self.slashed(name)
    return indices[name] ?? indices[name.lowercased()]
  }

  private func open(_ index: UInt64, _ name: String) throws -> OpaquePointer {
    var entry = zip_stat_t()
    guard zip_stat_index(archive, index, 0, &entry) == 0 else {
      throw ExtractionFailure.damaged("entry \(name)")
    }
    if entry.encryption_method != ZIP_EM_NONE { throw ExtractionFailure.encrypted }
    guard Int32(entry.comp_method) == ZIP_CM_STORE || Int32(entry.comp_method) == ZIP_CM_DEFLATE else {
      throw ExtractionFailure.damaged("compression method \(entry.comp_method) of \(name)")
    }
    guard let file = zip_fopen_index(archive, index, 0) else {
      throw Self.failure(zip_error_code_zip(zip_get_error(archive)), in: name)
    }
    return file
  }

  /// Some programs write `\` between components, or a `/` in front.
  private static func slashed(_ name: String) -> String {
    let name = name.contains("\\") ? String(name.map { $0 == "\\" ? "/" : $0 }) : name
    return name.hasPrefix("/") ? String(name.dropFirst()) : name
  }

  private static func failure(_ code: Int32, in name: String) -> ExtractionFailure {
    switch code {
    case ZIP_ER_NOPASSWD, ZIP_ER_WRONGPASSWD, ZIP_ER_ENCRNOTSUPP: return .encrypted
    case ZIP_ER_MEMORY: return .memoryLimit
    default:
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      return .damaged("\(name): \(String(cString: zip_error_strerror(&error)))")
    }
  }
}
