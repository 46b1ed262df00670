/// What the text of a cell looks like: enough to tell the names of columns from their values.
enum CellType: Hashable {
  case text, number, year, date, boolean

  /// - A boolean is `true` or `false` in any case.
  /// - A year is four digits, from 1900 to 2100.
  /// - A number has a digit, no letter but one `e`, and else only signs, separators, blanks, `%` and currency signs.
  /// - A date or time has digits and at least two of `-`, `/`, `.`, `:` between them, maybe with a `T`, `Z` or blank.
  init(_ text: String) {
    let bytes = Array(text.utf8)
    let digits = bytes.count { Self.isDigit($0) }
    if digits == 0 {
      let lower = text.lowercased()
      self = lower == "true" || lower == "false" ? .boolean : .text
    } else if bytes.count == 4, digits == 4, (1900...2100).contains(Int(text) ?? 0) {
      self = .year
    } else if Self.isDate(bytes) {
      self = .date
    } else {
      self = Self.isNumber(text) ? .number : .text
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isDate(_ bytes: [UInt8]) -> Bool {
    guard bytes.count <= 35, let first = bytes.first, isDigit(first) else { return false }
    var separators = 0
    var points = 0
    for byte in bytes where !isDigit(byte) {
      switch byte {
      case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ":"): separators += 1
      case UInt8(ascii: "."): points += 1
      case UInt8(ascii: "T"), UInt8(ascii: "Z"), UInt8(ascii: "+"), .blank: break
      default: return false
      }
    }
    // `1.234.567` is a number, `31.12.2024` a date.
    if separators == 0 { return points == 2 && isDayMonthYear(bytes) }
    return separators >= 2 || (separators == 1 && bytes.count <= 7 && bytes.count >= 4)
  }

  private static func isDayMonthYear(_ bytes: [UInt8]) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(\.count)
    return parts.count == 3 && (1...2).contains(parts[0]) && (1...2).contains(parts[1])
      && (parts[2] == 4 || parts[2] == 2)
  }

  private static func isNumber(_ text: String) -> Bool {
    var exponents = 0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "0"..."9", "+", "-", "\u{2212}", ".", ",", "'", "\u{2019}", " ", "\u{A0}", "\u{202F}", "%", "(", ")":
        break
      case "e", "E": exponents += 1
      default:
        guard scalar.properties.generalCategory == .currencySymbol else { return false }
      }
    }
    return exponents <= 1
  }
}
