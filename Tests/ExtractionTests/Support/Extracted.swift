import Foundation

@testable import Extraction

/// What an extractor gives for these bytes.
func units(of extractor: any DocumentExtractor.Type, _ bytes: [UInt8]) throws -> [DocumentUnit] {
  var units: [DocumentUnit] = []
  try withDocument(bytes) { document in
    try extractor.extract(document, to: UnitSink { units.append($0) })
  }
  return units
}

/// The same in short: `title: text` for each unit, with the page in front if it has one.
func outline(of extractor: any DocumentExtractor.Type, _ bytes: [UInt8]) throws -> [String] {
  try units(of: extractor, bytes).map { unit in
    (unit.page.map { "\($0) " } ?? "") + "\(unit.title ?? "-"): \(unit.text)"
  }
}

/// The bytes of a file below Fixtures.
func fixture(_ name: String) throws -> [UInt8] {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  return [UInt8](try Data(contentsOf: folder.appending(path: "Fixtures/\(name)")))
}

/// Small packages, with only what the formats demand.
enum Package {
  static let word = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"

  /// A relationships part.
  static func relationships(_ list: [(id: String, type: String, target: String)], strict: Bool = false) -> String {
    let base = strict ? "http://purl.oclc.org/ooxml" : "http://schemas.openxmlformats.org"
    let items = list.map {
      "<Relationship Id='\($0.id)' Type='\(base)/officeDocument/relationships/\($0.type)' Target='\($0.target)'/>"
    }
    let namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return "<Relationships xmlns='\(namespace)'>\(items.joined())</Relationships>"
  }

  static func contentTypes(_ part: String, _ type: String) -> String {
    """
    <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
    <Default Extension="xml" ContentType="application/xml"/>
    <Override PartName="\(part)" ContentType="\(type)"/></Types>
    """
  }

  /// A Word document with this body, and other parts by their types.
  static func docx(
    _ body: String, parts: [(type: String, xml: String)] = [], strict: Bool = false
  ) throws -> [UInt8] {
    let type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    let namespaces = """
      \(word) xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' \
      xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math' xmlns:v='urn:schemas-microsoft-com:vml'
      """
    let related = parts.enumerated().map { (id: "r\($0)", type: $1.type, target: "part\($0).xml") }
    var entries = [
      ("[Content_Types].xml", contentTypes("/word/document.xml", type)),
      ("_rels/.rels", relationships([("m", "officeDocument", "word/document.xml")], strict: strict)),
      ("word/document.xml", "<w:document \(namespaces)><w:body>\(body)</w:body></w:document>"),
      ("word/_rels/document.xml.rels", relationships(related, strict: strict)),
    ]
    for (index, part) in parts.enumerated() {
      entries.append(("word/part\(index).xml", "<w:part \(namespaces)>\(part.xml)</w:part>"))
    }
    if strict {
      for index in entries.indices {
        entries[index].1 = entries[index].1.replacingOccurrences(
          of: "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
          with: "http://purl.oclc.org/ooxml/wordprocessingml/main")
      }
    }
    return try ZipFixture.bytes(entries)
  }

  /// A paragraph of a Word document.
  static func p(_ text: String, properties: String = "") -> String {
    "<w:p><w:pPr>\(properties)</w:pPr><w:r><w:t>\(text)</w:t></w:r></w:p>"
  }

  static let openDocument = """
    xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" \
    xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" \
    xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" \
    xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" \
    xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" \
    xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" \
    xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" \
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    """

  /// An OpenDocument package.
  static func openDocument(
    _ kind: String, automatic: String = "", body: String, styles: String = "", manifest: String? = nil
  ) throws -> [UInt8] {
    var entries = [
      ("mimetype", "application/vnd.oasis.opendocument.\(kind)"),
      (
        "content.xml",
        """
        <office:document-content \(openDocument)><office:automatic-styles>\(automatic)</office:automatic-styles>\
        <office:body><office:\(kind)>\(body)</office:\(kind)></office:body></office:document-content>
        """
      ),
      ("styles.xml", "<office:document-styles \(openDocument)>\(styles)</office:document-styles>"),
    ]
    if let manifest { entries.append(("META-INF/manifest.xml", manifest)) }
    return try ZipFixture.bytes(entries)
  }
}
