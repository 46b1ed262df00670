/// The name of an archive's entry, from which others are referred to by relative paths.
struct ReferencePath {
  private let folder: [Substring]
  /// The last component.
  let last: Substring

  init(_ name: String) {
    let components = name.split(separator: "/")
    folder = components.dropLast()
    last = components.last ?? ""
  }

  /// The name of the entry that a reference means: relative to this entry, or to the archive if it begins with `/`.
  /// Percent signs are decoded; a fragment is dropped; `..` does not leave the archive.
  func sibling(_ reference: String) -> String {
    let plain = Self.decoded(reference.prefix { $0 != "#" && $0 != "?" })
    var result = plain.hasPrefix("/") ? [] : folder
    for component in plain.split(separator: "/") where component != "." {
      if component == ".." { _ = result.popLast() } else { result.append(component) }
    }
    return result.joined(separator: "/")
  }

  private static func decoded(_ text: Substring) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      let isEscape = byte == UInt8(ascii: "%") && digits.count == 2 && digits.first != UInt8(ascii: "+")
      if isEscape, let value = UInt8(Substring(digits), radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
