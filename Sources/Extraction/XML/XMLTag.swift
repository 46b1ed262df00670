internal import Glibc

/// A start tag. Valid only during the call that it is handed to: attributes are looked up in the parser's own memory.
package struct XMLTag {
  package let name: XMLName
  let attributes: XMLAttributes

  /// The value of the attribute with this customary name (see ``XMLName/qualified``), such as `r:id`, or `id` for one
  /// in no namespace.
  package subscript(_ name: StaticString) -> String? { attributes.value(of: name) }

  /// The value of the first attribute with this name, in any namespace or none.
  package func value(ofLocal name: StaticString) -> String? { attributes.value(ofLocal: name) }
}

/// libxml2's attributes of an element: for each a local name, prefix, URI, and beginning and end of its value.
struct XMLAttributes {
  let count: Int
  let fields: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
  let names: XMLNames

  private static let fieldsEach = 5

  func value(of name: StaticString) -> String? {
    let all = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    let colon = all.firstIndex(of: UInt8(ascii: ":"))
    let local = UnsafeBufferPointer(rebasing: all[(colon.map { $0 + 1 } ?? 0)...])
    let prefix = UnsafeBufferPointer(rebasing: all[..<(colon ?? 0)])
    return find { at, fields in
      guard Self.isEqual(fields[at], local) else { return false }
      guard let uri = fields[at + 2] else {
        // A prefix that is not declared, as some programs write it, stands for itself.
        return fields[at + 1].map { Self.isEqual($0, prefix) } ?? prefix.isEmpty
      }
      let known = names.prefix(of: uri)
      return prefix.elementsEqual(UnsafeBufferPointer(start: known.utf8Start, count: known.utf8CodeUnitCount))
    }
  }

  func value(ofLocal name: StaticString) -> String? {
    let local = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    return find { at, fields in Self.isEqual(fields[at], local) }
  }

  private func find(
    where matches: (Int, UnsafeMutablePointer<UnsafePointer<UInt8>?>) -> Bool
  ) -> String? {
    guard let fields else { return nil }
    for number in 0..<count {
      let at = number * Self.fieldsEach
      guard matches(at, fields), let begin = fields[at + 3], let end = fields[at + 4] else { continue }
      return String(decoding: UnsafeBufferPointer(start: begin, count: end - begin), as: UTF8.self)
    }
    return nil
  }

  private static func isEqual(_ text: UnsafePointer<UInt8>?, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let text, let base = bytes.baseAddress else { return false }
    // Stops at the text's own end, which is no byte of the name.
    for offset in 0..<bytes.count where text[offset] != base[offset] { return false }
    return text[bytes.count] == 0
  }
}

/// The names of one document. libxml2 hands out the same pointer for the same name, so that each is made once.
final class XMLNames {
  /// More names than any real format has are not kept.
  private static let kept = 4096

  private struct Key: Hashable {
    var local: UnsafePointer<UInt8>
    var prefix: UnsafePointer<UInt8>?
    var uri: UnsafePointer<UInt8>?
  }

  private var names: [Key: XMLName] = [:]
  private var prefixes: [UnsafePointer<UInt8>: StaticString] = [:]

  func name(
    _ local: UnsafePointer<UInt8>, prefix: UnsafePointer<UInt8>?, uri: UnsafePointer<UInt8>?
  ) -> XMLName {
    let key = Key(local: local, prefix: prefix, uri: uri)
    if let name = names[key] { return name }
    let text = String(cString: local)
    let known = uri.map { "\(self.prefix(of: $0))" } ?? prefix.map { String(cString: $0) }
    let name = XMLName(local: text, qualified: known.map { "\($0):\(text)" } ?? text)
    if names.count < Self.kept { names[key] = name }
    return name
  }

  func prefix(of uri: UnsafePointer<UInt8>) -> StaticString {
    if let prefix = prefixes[uri] { return prefix }
    let prefix = XMLNamespace.prefix(of: String(cString: uri))
    if prefixes.count < Self.kept { prefixes[uri] = prefix }
    return prefix
  }
}
