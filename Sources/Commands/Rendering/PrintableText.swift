/// Text that cannot harm a terminal or break a line, and its width there.
enum PrintableText {
  /// `text` with control characters, line breaks included, shown as escapes such as `\n` and `\x1B`. A backslash
  /// stays as it is: this is for reading, not for reading back.
  static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where isUnsafe(scalar):
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += scalar.value < 256 ? "\\x" + (digits.count < 2 ? "0" : "") + digits : "\\u{\(digits)}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// ``escaped(_:)``, but line breaks stay.
  static func escapedLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
      .joined(separator: "\n")
  }

  /// Control characters, and the marks that turn the direction of the text around them.
  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
  }

  /// Runs of white space, line breaks included, as one blank, none at the ends; the rest ``escaped(_:)``.
  static func onOneLine(_ text: String) -> String {
    escaped(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
  }

  /// Columns that `text` takes on a terminal: two for East Asian wide characters, none for combining marks.
  static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20..<0x7f: 1
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
      0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
      2
    default:
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format, .control: 0
      default: 1
      }
    }
  }

  /// The last characters of `text` that fit into `columns`, behind `…` when some are left out: the end of a path
  /// says most.
  static func tail(_ text: String, columns: Int) -> String {
    guard width(text) > columns else { return text }
    guard columns > 1 else { return columns == 1 ? "…" : "" }
    var room = columns - 1
    var kept: [Character] = []
    for character in text.reversed() {
      room -= width(String(character))
      if room < 0 { break }
      kept.append(character)
    }
    return "…" + String(kept.reversed())
  }

  /// The first characters of `text` that fit into `columns`, with `…` behind when some are left out.
  static func head(_ text: String, columns: Int) -> String {
    guard width(text) > columns else { return text }
    guard columns > 1 else { return columns == 1 ? "…" : "" }
    var room = columns - 1
    var kept = ""
    for character in text {
      room -= width(String(character))
      if room < 0 { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// `text` filled with blanks to `columns`.
  static func padded(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - width(text)))
  }
}
