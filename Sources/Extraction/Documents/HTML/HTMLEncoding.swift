internal import Glibc
internal import IndexModel

/// How the bytes of an HTML page became characters.
///
/// In this order: a byte order mark; UTF-8 if the page is valid as such from beginning to end, since no other encoding's
/// text is by chance; what the page says; windows-1252. (HTML Living Standard, 13.2.3, but for the second: there are more
/// pages with a wrong label than pages that only look like UTF-8.)
enum HTMLEncoding: Hashable {
  case utf8
  /// UTF-8 with mistakes in it, which become U+FFFD.
  case brokenUTF8
  case utf16LittleEndian, utf16BigEndian
  case windows1252
  /// One that the C library knows by this name.
  case named(String)

  /// Bytes at the beginning in which the page may name its encoding. The standard has 1024; some pages begin with more.
  private static let head = 4096

  init(_ bytes: UnsafeRawBufferPointer) {
    if bytes.starts(with: [0xFF, 0xFE]) {
      self = .utf16LittleEndian
    } else if bytes.starts(with: [0xFE, 0xFF]) {
      self = .utf16BigEndian
    } else {
      var validator = UTF8Validator()
      validator.check(bytes)
      let label = Self.label(in: bytes.prefix(Self.head))
      // All of its bytes are ASCII.
      let isShifted = label == "iso-2022-jp"
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
        self = validator.isValidAtEnd ? .utf8 : .brokenUTF8
      } else if validator.isValidAtEnd, !isShifted {
        self = .utf8
      } else {
        self = Self.encoding(label)
      }
    }
  }

  /// The encoding that a header names; UTF-8 all the same when the page is valid as such.
  init(label: String, of bytes: UnsafeRawBufferPointer) {
    var validator = UTF8Validator()
    validator.check(bytes)
    let label = label.lowercased()
    self = validator.isValidAtEnd && label != "iso-2022-jp" ? .utf8 : Self.encoding(label)
  }

  private static func encoding(_ label: String?) -> HTMLEncoding {
    switch label {
    case "utf-8", "utf8", "unicode-1-1-utf-8": .brokenUTF8
    case nil, "iso-8859-1", "iso8859-1", "latin1", "l1", "us-ascii", "ascii", "windows-1252", "cp1252", "x-cp1252":
      .windows1252
    // A page whose label could be read as ASCII is not in UTF-16.
    case let label? where label.hasPrefix("utf-16") || label.hasPrefix("utf-32"): .brokenUTF8
    // The C library's names for these lack what browsers read in them.
    case "gb2312", "gbk", "x-gbk": .named("gb18030")
    case "shift_jis", "shift-jis", "sjis", "x-sjis": .named("cp932")
    case "euc-kr", "ks_c_5601-1987", "ksc5601": .named("cp949")
    case "iso-8859-9": .named("windows-1254")
    case let label?: .named(label)
    }
  }

  /// What the page says: `<meta charset=…>`, `<meta http-equiv content="…; charset=…">`, or `<?xml encoding="…"?>`.
  private static func label(in head: Slice<UnsafeRawBufferPointer>) -> String? {
    let text = String(decoding: head.map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self).lowercased()
    if text.hasPrefix("<?xml"), let end = text.firstIndex(of: ">") {
      if let label = label(after: "encoding", in: text[..<end]) { return label }
    }
    var rest = text[...]
    while let meta = rest.firstRange(of: "<meta") {
      rest = rest[meta.upperBound...]
      let tag = rest.prefix { $0 != ">" }
      if let label = label(after: "charset", in: tag) { return label }
    }
    return nil
  }

  private static func label(after word: String, in text: Substring) -> String? {
    guard let found = text.firstRange(of: word) else { return nil }
    let value = text[found.upperBound...].drop { $0.isWhitespace }
    guard value.first == "=" else { return nil }
    let name = value.dropFirst().drop { $0.isWhitespace || $0 == "\"" || $0 == "'" }
      .prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_:.".contains($0)) }
    return name.isEmpty || name.count > 40 ? nil : String(name)
  }
}
