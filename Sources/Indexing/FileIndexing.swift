internal import Catalog
internal import Extraction
internal import Foundation
internal import IndexModel
internal import Scanning

/// What a job does with one entry of its manifest, inside the shard's open transaction. One for each thread.
final class FileIndexing {
  private let source: Source
  private let job: String
  /// What is recorded of a file stands only when this very job has recorded it.
  private let readsAll: Bool
  private let files: SourceFiles
  private let directory: SourceDirectory?
  private var judge: SourceFiles.Judge?
  private let signal: RunSignal
  private let hooks: IndexHooks
  private let standing: Standing
  private let units = UnitWriter()
  private let documents: DocumentUnits
  private let buffer = ReadBuffer()
  private let decoder = TextDecoder()

  /// What became of an entry.
  struct Result {
    var outcome: Outcome
    /// Written.
    var units = 0
    /// Read.
    var bytes: Int64 = 0
  }

  init(
    source: Source, job: String, readsAll: Bool, columns: ColumnPreferences, files: SourceFiles,
    signal: RunSignal, hooks: IndexHooks
  ) throws {
    standing = Standing(columns)
    documents = DocumentUnits(units, columns)
    self.source = source
    self.job = job
    self.readsAll = readsAll
    self.files = files
    self.signal = signal
    self.hooks = hooks
    directory = try files.open()
  }

  /// - Throws: ``RunStopped`` in the middle of a file; ``IndexerError`` when the run cannot go on.
  func process(_ entry: ManifestEntry, in rows: ShardRows) throws -> Result {
    switch entry.action {
    case .index: try index(entry, in: rows)
    case .note(let outcome): try note(outcome, entry, in: rows)
    case .remove: try remove(entry, in: rows)
    }
  }

  // MARK: Read and index

  private func index(_ entry: ManifestEntry, in rows: ShardRows) throws -> Result {
    // Before the read: a change in the same clock tick must look racy, not settled.
    let recorded = Self.nanoseconds()
    let reading = directory?.read(
      entry.path, limit: source.options.maximumFileSize, into: buffer, isStopped: { signal.isSet })
    switch reading ?? .failed(.vanished) {
    case .stopped:
      throw RunStopped()
    case .skipped(let reason):
      return try note(.skipped(reason), entry, in: rows)
    case .failed(let reason):
      try requireSource(after: reason)
      return try note(.failed(reason), entry, in: rows)
    case .read(let fingerprint, let hash):
      var file = FileRow(
        source: source.id, path: entry.path, outcome: .indexed, contentHash: hash, fingerprint: fingerprint,
        recorded: recorded, kind: FileKind.word(forName: entry.path.name), extractor: Extractors.text,
        indexedAt: .now(), job: job)
      var result = try write(&file, in: rows)
      result.bytes = fingerprint.size
      return result
    }
  }

  private func write(_ file: inout FileRow, in rows: ShardRows) throws -> Result {
    let old = try rows.file(source: source.id, path: file.path)
    if var old, old.contentHash == file.contentHash, isConfirmed(old) { return try confirm(&old, file, in: rows) }
    let name = String(decoding: file.path.name, as: UTF8.self)
    switch FormatSniffer.format(of: buffer.bytes, kind: file.kind ?? "", name: name) {
    case .text(let encoding): return try write(text: encoding, of: &file, old, in: rows)
    case .document(let family): return try write(family, of: &file, old, in: rows)
    case .binary:
      file.extractor = Extractors.binary
      file.kind = nil
      return try note(.skipped(.binary), file: file, in: rows)
    }
  }

  /// Whether reading the same bytes again would give what is recorded. A file that could not be read for a while is
  /// recorded as failed beside what was found before, and that stands.
  private func isConfirmed(_ old: FileRow) -> Bool {
    if readsAll, old.job != job { return false }
    guard case .failed(let reason) = old.outcome, !reason.isOfContent else { return standing.stands(old) }
    var before = old
    before.outcome = .indexed
    return old.encoding != nil && standing.stands(before)
  }

  // MARK: Text

  private func write(text encoding: TextEncoding, of file: inout FileRow, _ old: FileRow?, in rows: ShardRows) throws
    -> Result
  {
    file.encoding = encoding.rawValue
    file.extractor = Extractors.number(ofKind: file.kind ?? "")
    // An empty table is read as text.
    if Extractors.isOfTables(file.extractor) { file.columns = standing.columns }
    let text = decoder.decode(buffer.bytes, as: encoding)
    try replace(&file, old: old, in: rows)
    var count = 0
    for section in TextSections.sections(of: text, kind: file.kind) {
      let part = UnsafeRawBufferPointer(rebasing: text[section.range])
      for unit in UnitSplitter(part) {
        try checkStop(within: file)
        try units.add(
          UnsafeRawBufferPointer(rebasing: part[unit.range]), file: file.id,
          at: UnitPlace(
            firstLine: section.firstLine + unit.firstLine - 1, lastLine: section.firstLine + unit.lastLine - 1,
            title: section.title), to: rows)
        count += 1
      }
    }
    return try end(file, units: count, in: rows)
  }

  /// - Parameters:
  ///   - count: of units with text.
  ///   - hasOthers: there are units, with text or without.
  private func end(
    _ file: FileRow, units count: Int, hasOthers: Bool = false, in rows: ShardRows
  ) throws -> Result {
    if count == 0, !hasOthers { try addName(of: file.id, to: rows) }
    try hooks.reached(.fileWritten)
    try rows.setUnits(count, of: file.id)
    return Result(outcome: .indexed, units: count)
  }

  // MARK: Documents

  private func write(
    _ family: DocumentFamily, of file: inout FileRow, _ old: FileRow?, in rows: ShardRows
  ) throws -> Result {
    file.columns = standing.columns
    if let old, old.contentHash == file.contentHash, Extractors.isCurrent(old.extractor),
      case .failed(let reason) = old.outcome, reason.isRetried
    {
      file.retries = old.retries + 1
    }
    try replace(&file, old: old, in: rows)
    let (reading, withText) = try documents.add(buffer.bytes, family, file: file, to: rows, isStopped: { signal.isSet })
    if reading.failure == .notADocument, case .text(let encoding) = TextSniffer.format(of: buffer.bytes) {
      // What only looks like a document, such as a page's fragment, is text. Nothing of it was added yet.
      file.columns = 0
      file.retries = 0
      return try write(text: encoding, of: &file, try rows.file(source: source.id, path: file.path), in: rows)
    }
    file.kind = reading.kind ?? Extractors.kind(forName: file.path.name) ?? file.kind
    file.extractor = Extractors.number(ofKind: reading.kind ?? family.rawValue)
    guard reading.hasCrashed || reading.failure != nil else {
      try rows.update(file)
      // A heading with nothing under it is a unit without text, and finds the file as well.
      return try end(file, units: withText, hasOthers: reading.units > 0, in: rows)
    }
    // What it gave before it failed goes again; the file is found by its name.
    try units.removeUnits(of: file.id, path: file.path, from: rows) { if signal.isSet { throw RunStopped() } }
    units.begin(path: file.path)
    (file.outcome, file.detail) = reading.outcome
    if file.outcome == .skipped(.binary) {
      file.extractor = Extractors.binary
      file.kind = nil
    }
    try rows.update(file)
    try addName(of: file.id, to: rows)
    return Result(outcome: file.outcome)
  }

  /// The same bytes as before: only what tells so without a read is renewed.
  private func confirm(_ old: inout FileRow, _ new: FileRow, in rows: ShardRows) throws -> Result {
    old.fingerprint = new.fingerprint
    old.recorded = new.recorded
    // A file that could not be read for a while, and is as it was.
    if case .failed(let reason) = old.outcome, !reason.isOfContent { old.outcome = .indexed }
    try rows.update(old)
    if old.outcome != .indexed { return Result(outcome: old.outcome) }
    // Indexed by this very job, before its list was made anew.
    if old.job == job { return Result(outcome: .indexed, units: old.units) }
    return Result(outcome: .unchanged)
  }

  /// Puts the file's new row in the place of its old one and takes the old units out.
  private func replace(_ file: inout FileRow, old: FileRow?, in rows: ShardRows) throws {
    if let old {
      try units.removeUnits(of: old.id, path: old.path, from: rows, checkpoint: { try checkStop(within: old) })
      file.id = old.id
      try rows.update(file)
    } else {
      file.id = try rows.insert(file)
    }
    units.begin(path: file.path)
  }

  /// A small file is finished, and its batch committed; a large one is dropped, so that a stop acts at once (P5).
  private func checkStop(within file: FileRow) throws {
    // A small document may have given much text.
    let isLarge = file.fingerprint.size > BatchPolicy().aloneAbove || file.units > Self.manyUnits
    if signal.isSet, isLarge { throw RunStopped() }
  }

  /// About as much text as a file has that is read alone.
  private static let manyUnits = 500

  /// A unit without text: the file is found by its name.
  private func addName(of file: Int64, to rows: ShardRows) throws {
    try units.add(
      UnsafeRawBufferPointer(start: nil, count: 0), file: file, at: UnitPlace(firstLine: 1, lastLine: 1), to: rows)
  }

  // MARK: Outcomes without text

  private func note(_ outcome: Outcome, _ entry: ManifestEntry, in rows: ShardRows) throws -> Result {
    try note(
      outcome,
      file: FileRow(
        source: source.id, path: entry.path, outcome: outcome, fingerprint: entry.fingerprint,
        recorded: Self.nanoseconds(), extractor: Extractors.text, indexedAt: .now(), job: job),
      in: rows)
  }

  private func note(_ outcome: Outcome, file: FileRow, in rows: ShardRows) throws -> Result {
    var file = file
    file.outcome = outcome
    let old = try rows.file(source: source.id, path: file.path)
    if case .failed = outcome, var old, old.contentHash != nil {
      // What was indexed stays searchable (P8); the old fingerprint makes hits stale when the file has changed.
      old.outcome = outcome
      old.job = job
      try rows.update(old)
      return Result(outcome: outcome)
    }
    if case .failed = outcome { file.contentHash = nil }
    try replace(&file, old: old, in: rows)
    try addName(of: file.id, to: rows)
    return Result(outcome: outcome)
  }

  /// Gives up on a file that brought the worker down.
  func giveUp(_ entry: ManifestEntry, in rows: ShardRows) throws -> Result {
    try note(.failed(.crashedWorker), entry, in: rows)
  }

  // MARK: Removal

  /// A file leaves the index only if it is gone, or left out by the rules, at this moment (P8).
  private func remove(_ entry: ManifestEntry, in rows: ShardRows) throws -> Result {
    let judge = try self.judge ?? files.judge()
    self.judge = judge
    switch judge.verdict(for: entry.path) {
    case .missing, .ignored, .directory, .skipped:
      if let old = try rows.file(source: source.id, path: entry.path) {
        try units.removeUnits(of: old.id, path: old.path, from: rows, checkpoint: { try checkStop(within: old) })
        try rows.deleteFile(old.id)
        try hooks.reached(.fileRemoved)
      }
      return Result(outcome: .removed)
    case .file, .failed:
      // It is back, or nobody can tell: the next job sees to it.
      return Result(outcome: .unchanged)
    }
  }

  // MARK: The source

  /// A file that vanished may mean that the whole source did: then the job fails, and not each of its files.
  private func requireSource(after reason: FailReason) throws {
    guard reason == .vanished || reason == .readError else { return }
    try directory?.checkIsInPlace()
  }

  private static func nanoseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }
}
