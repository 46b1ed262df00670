/// Takes the marks off a heading.
enum MarkdownTitle {
  /// Without emphasis, marks of code and targets of links; one line.
  static func plain(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    var result = String.UnicodeScalarView()
    var rest = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
    var openLinks = 0
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\\": result.append(rest.popFirst() ?? scalar)
      case "`", "*": break
      case "!" where rest.first == "[" && isLink(rest.dropFirst()): break
      case "[" where isLink(rest): openLinks += 1
      case "]" where openLinks > 0 && rest.first == "(":
        openLinks -= 1
        rest = rest.drop { $0 != ")" }.dropFirst()
      // `{#name}`, which some dialects have at the end of a heading.
      case "{" where rest.first == "#": rest = rest.drop { $0 != "}" }.dropFirst()
      default: result.append(scalar)
      }
    }
    return String(result).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Whether what stands behind `[` is the text of a link and its target. A reference by name stays as it is.
  private static func isLink(_ rest: String.UnicodeScalarView.SubSequence) -> Bool {
    rest.drop { $0 != "]" }.dropFirst().first == "("
  }

  /// A scalar of YAML on one line; nil when it is empty or begins something longer.
  static func unquoted(_ bytes: Slice<UnsafeRawBufferPointer>) -> String? {
    let text = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard let first = text.first, !"|>{[&*".contains(first) else { return nil }
    guard first == "\"" || first == "'", text.count > 1, text.last == first else { return text }
    let inner = text.dropFirst().dropLast()
    return inner.isEmpty ? nil : String(inner)
  }
}
