internal import CSupport
internal import Extraction
internal import IndexModel
internal import Scanning

/// What an uploaded file is, told by its content before it is taken; the name decides only between kinds of text.
struct UploadInspection {
  var hash: ContentHash
  /// Nil when its own reader could not tell: its job will say why.
  var kind: String?
  var tables: [TableReport] = []

  /// Looks no longer than this for the columns of tables.
  private static let milliseconds: Int64 = 10_000

  private struct Enough: Error {}

  /// - Parameter kinds: that are taken; empty: all that are read.
  /// - Throws: `unsupported_type`.
  init(_ bytes: UnsafeRawBufferPointer, name: String, kinds: [String]) throws {
    hash = ContentHasher.hash(bytes)
    let byName = FileKind.word(forName: Array(name.utf8))
    switch FormatSniffer.format(of: bytes, kind: byName, name: name) {
    case .text: kind = byName
    case .binary: throw Self.refusal(name, "is of a kind that is not read")
    case .document(let family): try look(into: bytes, family, name)
    }
    guard kinds.isEmpty || kind.map(kinds.contains) ?? false else {
      throw Self.refusal(name, "is \(kind ?? "unknown"); taken is \(kinds.joined(separator: ", "))")
    }
  }

  private static func refusal(_ name: String, _ why: String) -> IndexerError {
    IndexerError(.unsupportedType, "\(name) \(why)")
  }

  private mutating func look(into bytes: UnsafeRawBufferPointer, _ family: DocumentFamily, _ name: String) throws {
    kind = family.rawValue
    // What others begin with is no table.
    guard [.zip, .compound, .csv, .parquet].contains(family) else { return }
    let end = csupport_boottime_ms() + Self.milliseconds
    var tables: [TableReport] = []
    do {
      let reading = try ExtractionProcess().extract(
        bytes, family, name: name, columns: ColumnPreferences(), isStopped: { csupport_boottime_ms() > end },
        table: { tables.append(TableReport(sheet: $0.sheet, columns: $0.names)) },
        // Other families have several tables, or none.
        unit: { _ in if family == .csv || family == .parquet { throw Enough() } })
      kind = reading.kind
      if reading.failure == .notADocument {
        guard case .text = TextSniffer.format(of: bytes) else {
          throw Self.refusal(name, "is an archive or a file of a program that is not read")
        }
        kind = FileKind.text
      }
    } catch is ExtractionProcess.Stopped {
      // The columns that were found by then are shown; what it is, its name must tell.
      kind = Extractors.kind(forName: Array(name.utf8)) ?? family.rawValue
    } catch is Enough {
    }
    self.tables = tables
  }
}
