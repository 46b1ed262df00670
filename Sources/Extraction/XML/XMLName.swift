/// The name of an element or attribute, independent of the prefix that the document happens to use.
package struct XMLName: Hashable, Sendable {
  /// Without namespace.
  package let local: String
  /// With the customary prefix of its namespace, such as `w:p` or `text:h`, whatever the document's own prefix is. A
  /// name in no namespace has none, one in a namespace that ``XMLNamespace`` does not know has `?`.
  package let qualified: String
}

/// The customary prefixes of the namespaces that documents are made of.
enum XMLNamespace {
  /// The prefix for a namespace, or `?`. Both the transitional and the strict namespaces of Office Open XML (ECMA-376
  /// part 4, annex A, and part 1) give the same.
  static func prefix(of uri: String) -> StaticString { prefixes[uri] ?? "?" }

  private static let prefixes: [String: StaticString] = {
    var result: [String: StaticString] = [
      "http://www.w3.org/XML/1998/namespace": "xml",
      "http://www.w3.org/1999/xhtml": "html",
      "http://www.w3.org/1999/xlink": "xlink",
      "http://www.w3.org/2001/04/xmlenc#": "enc",
      "http://purl.org/dc/elements/1.1/": "dc",
      "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
      "http://schemas.openxmlformats.org/package/2006/content-types": "types",
      "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
      "http://schemas.microsoft.com/office/word/2010/wordprocessingShape": "wps",
      "urn:schemas-microsoft-com:vml": "v",
      "http://www.idpf.org/2007/opf": "opf",
      "http://openebook.org/namespaces/oeb-package/1.0/": "opf",
      "urn:oasis:names:tc:opendocument:xmlns:container": "container",
      "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0": "manifest",
    ]
    let office: [(StaticString, String)] = [
      ("w", "wordprocessingml"), ("x", "spreadsheetml"), ("p", "presentationml"), ("a", "drawingml"),
      ("m", "officeDocument/math"), ("r", "officeDocument/relationships"), ("dgm", "drawingml/diagram"),
      ("c", "drawingml/chart"),
    ]
    for (prefix, name) in office {
      let parts = name.split(separator: "/")
      let isMain = parts.count == 1
      let transitional = isMain ? "\(name)/2006/main" : "\(parts[0])/2006/\(parts[1])"
      result["http://schemas.openxmlformats.org/\(transitional)"] = prefix
      result["http://purl.oclc.org/ooxml/\(isMain ? "\(name)/main" : name)"] = prefix
    }
    let openDocument: [(StaticString, String)] = [
      ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
      ("presentation", "presentation"), ("meta", "meta"), ("number", "datastyle"), ("form", "form"),
    ]
    for (prefix, name) in openDocument { result["urn:oasis:names:tc:opendocument:xmlns:\(name):1.0"] = prefix }
    // SVG's and XSL's names as OpenDocument has them (ODF 1.3 part 3, section 1.5).
    result["urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"] = "svg"
    result["urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"] = "fo"
    return result
  }()
}
