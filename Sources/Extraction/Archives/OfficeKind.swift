/// What kind of document a zip archive is, told by what it says inside, not by its name.
package enum OfficeKind: String, Sendable, CaseIterable {
  case docx, pptx, xlsx, odt, odp, ods, epub

  /// - Office Open XML: the content type of the part that the package calls its main one (ECMA-376 part 2, 6.2 and
  ///   6.5), be it transitional or strict, a template, a slide show, or one with macros.
  /// - OpenDocument: the entry `mimetype`, else the type of `/` in the manifest (ODF 1.3 part 2, 3.3 and 3.2); also
  ///   templates.
  /// - EPUB: the entry `mimetype`, else the presence of `META-INF/container.xml`.
  ///
  /// - Throws: ``ExtractionFailure/notADocument`` for any other archive; as ``ZipArchive/stream(_:_:)``.
  package init(_ archive: ZipArchive) throws {
    if let kind = try Self.officeOpenXML(archive) ?? Self.named(archive) {
      self = kind
    } else if archive.contains(EPUBPackage.container) {
      self = .epub
    } else {
      throw ExtractionFailure.notADocument
    }
  }

  private static func officeOpenXML(_ archive: ZipArchive) throws -> OfficeKind? {
    guard archive.contains("[Content_Types].xml") else { return nil }
    guard let part = try Relationships(of: "", in: archive).parts(ofType: "officeDocument").first else {
      return nil
    }
    let types = ContentTypes(of: part)
    try archive.parse("[Content_Types].xml", types)
    guard let type = (types.override ?? types.byExtension)?.lowercased(), type.hasSuffix("main+xml") else {
      return nil
    }
    let vendor = "application/vnd."
    for (kind, open, own) in [
      (OfficeKind.docx, "wordprocessingml", "word"), (.pptx, "presentationml", "powerpoint"),
      (.xlsx, "spreadsheetml", "excel"),
    ] where type.hasPrefix("\(vendor)openxmlformats-officedocument.\(open).") || type.hasPrefix("\(vendor)ms-\(own).") {
      return kind
    }
    return nil
  }

  private final class ContentTypes: XMLReceiver {
    let part: String
    var override: String?
    var byExtension: String?

    init(of part: String) { self.part = part.lowercased() }

    func start(_ tag: XMLTag) {
      if tag.name.local == "Override" {
        if tag["PartName"]?.lowercased() == "/\(part)" { override = tag["ContentType"] }
      } else if tag.name.local == "Default", let ending = tag["Extension"]?.lowercased() {
        if part.hasSuffix(".\(ending)") { byExtension = tag["ContentType"] }
      }
    }

    func text(_ text: String) {}
    func end(_ name: XMLName) {}
  }

  private static func named(_ archive: ZipArchive) throws -> OfficeKind? {
    var type: String?
    if archive.contains("mimetype") {
      var head: [UInt8] = []
      try archive.stream("mimetype") { if head.count < 100 { head += $0.prefix(100) } }
      type = String(decoding: head, as: UTF8.self)
    } else if archive.contains(OpenDocumentManifest.entry) {
      type = try OpenDocumentManifest(archive).documentType
    }
    guard let type = type?.lowercased().filter({ !$0.isWhitespace }) else { return nil }
    if type == "application/epub+zip" { return .epub }
    for (kind, word) in [(OfficeKind.odt, "text"), (.odp, "presentation"), (.ods, "spreadsheet")] {
      let open = "application/vnd.oasis.opendocument.\(word)"
      if [open, "\(open)-template", "\(open)-master", "\(open)-master-template"].contains(type) { return kind }
    }
    return nil
  }
}
