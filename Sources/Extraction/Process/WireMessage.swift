/// What the two ends of the socket say to each other. A message is a letter, its length in four bytes, and its fields;
/// numbers are little endian, texts go with their length before them.
enum WireMessage: Hashable {
  /// To the process that reads: the document, whose descriptor comes with this message.
  case document(DocumentRequest)
  /// What the document turned out to be; comes first.
  case kind(String)
  /// Of a table, before its units.
  case columns(TableColumns)
  case unit(DocumentUnit)
  case end
  case failure(ExtractionFailure)

  /// Letter and length.
  static let headerSize = 5
  /// Bytes of one message; a unit of this size is a defect of its extractor.
  static let maximumSize = 64 << 20

  private var letter: UInt8 {
    switch self {
    case .document: UInt8(ascii: "D")
    case .kind: UInt8(ascii: "K")
    case .columns: UInt8(ascii: "C")
    case .unit: UInt8(ascii: "U")
    case .end: UInt8(ascii: "E")
    case .failure: UInt8(ascii: "F")
    }
  }

  var bytes: [UInt8] {
    var fields = WireWriter()
    switch self {
    case .document(let request): request.write(to: &fields)
    case .kind(let kind): fields.write(kind)
    case .columns(let columns): columns.write(to: &fields)
    case .unit(let unit): unit.write(to: &fields)
    case .end: break
    case .failure(let failure): failure.write(to: &fields)
    }
    var all = WireWriter(reserving: fields.bytes.count + Self.headerSize)
    all.bytes.append(letter)
    all.write(fields.bytes.count)
    return all.bytes + fields.bytes
  }

  /// The length that a header announces; nil when it is none.
  static func length(ofHeader header: UnsafeRawBufferPointer) -> Int? {
    let length = Int(UInt32(littleEndian: header.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
    return length <= maximumSize ? length : nil
  }

  /// Nil for what no sender of this version sends.
  init?(letter: UInt8, fields: UnsafeRawBufferPointer) {
    var reader = WireReader(fields)
    let message: WireMessage? =
      switch letter {
      case UInt8(ascii: "D"): DocumentRequest(&reader).map(WireMessage.document)
      case UInt8(ascii: "K"): reader.readText().map(WireMessage.kind)
      case UInt8(ascii: "C"): TableColumns(&reader).map(WireMessage.columns)
      case UInt8(ascii: "U"): DocumentUnit(&reader).map(WireMessage.unit)
      case UInt8(ascii: "E"): .end
      case UInt8(ascii: "F"): ExtractionFailure(&reader).map(WireMessage.failure)
      default: nil
      }
    guard let message, reader.isAtEnd else { return nil }
    self = message
  }
}

/// What the process that reads is asked for.
struct DocumentRequest: Hashable {
  var family: DocumentFamily
  var name: String
  /// Bytes.
  var size: Int
  var searched: [String]
  var context: [String]
}

extension DocumentRequest {
  fileprivate func write(to fields: inout WireWriter) {
    fields.write(family.rawValue)
    fields.write(name)
    fields.write(size)
    fields.write(searched)
    fields.write(context)
  }

  fileprivate init?(_ reader: inout WireReader) {
    guard let family = reader.readText().flatMap(DocumentFamily.init(rawValue:)), let name = reader.readText(),
      let size = reader.readNumber(), let searched = reader.readList(), let context = reader.readList()
    else { return nil }
    self.init(family: family, name: name, size: size, searched: searched, context: context)
  }
}

extension TableColumns {
  fileprivate func write(to fields: inout WireWriter) {
    fields.write(sheet)
    fields.write(names)
  }

  fileprivate init?(_ reader: inout WireReader) {
    guard let sheet = reader.readOptionalText(), let names = reader.readList() else { return nil }
    self.init(sheet: sheet, names: names)
  }
}

extension DocumentUnit {
  /// No page, sheet or row is 0.
  fileprivate func write(to fields: inout WireWriter) {
    fields.write(text)
    fields.write(context)
    fields.write(title)
    fields.write(sheet)
    fields.write(page ?? 0)
    fields.write(rows?.lowerBound ?? 0)
    fields.write(rows?.upperBound ?? 0)
  }

  fileprivate init?(_ reader: inout WireReader) {
    guard let text = reader.readText(), let context = reader.readText(), let title = reader.readOptionalText(),
      let sheet = reader.readOptionalText(), let page = reader.readNumber(), let first = reader.readNumber(),
      let last = reader.readNumber(), first <= last
    else { return nil }
    self.init(
      text: text, context: context, title: title, page: page == 0 ? nil : page, sheet: sheet,
      rows: first == 0 ? nil : first...last)
  }
}

extension ExtractionFailure {
  fileprivate func write(to fields: inout WireWriter) {
    let (word, detail) =
      switch self {
      case .encrypted: ("encrypted", "")
      case .damaged(let what): ("damaged", what)
      case .tooMuchText: ("too_much_text", "")
      case .timeLimit: ("time_limit", "")
      case .memoryLimit: ("memory_limit", "")
      case .missingConverter(let package): ("missing_converter", package)
      case .missingColumn(let column): ("missing_column", column)
      case .notADocument: ("not_a_document", "")
      }
    fields.write(word)
    fields.write(detail)
  }

  fileprivate init?(_ reader: inout WireReader) {
    guard let word = reader.readText(), let detail = reader.readText() else { return nil }
    switch word {
    case "encrypted": self = .encrypted
    case "damaged": self = .damaged(detail)
    case "too_much_text": self = .tooMuchText
    case "time_limit": self = .timeLimit
    case "memory_limit": self = .memoryLimit
    case "missing_converter": self = .missingConverter(detail)
    case "missing_column": self = .missingColumn(detail)
    case "not_a_document": self = .notADocument
    default: return nil
    }
  }
}
