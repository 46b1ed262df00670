/// What an OpenDocument package says of its entries (ODF 1.3 part 2, chapter 4).
struct OpenDocumentManifest {
  static let entry = "META-INF/manifest.xml"

  /// The media type of the whole document.
  let documentType: String?
  /// Whether the text, or the whole package within the package (as LibreOffice 24.2 and later write it), is encrypted.
  let isEncrypted: Bool

  /// - Throws: ``ExtractionFailure``; not when there is no manifest.
  init(_ archive: ZipArchive) throws {
    let list = List()
    if archive.contains(Self.entry) { try archive.parse(Self.entry, list) }
    documentType = list.documentType
    isEncrypted = list.isEncrypted
  }

  private final class List: XMLReceiver {
    var path: String?
    var documentType: String?
    var isEncrypted = false

    func start(_ tag: XMLTag) {
      switch tag.name.qualified {
      case "manifest:file-entry":
        path = tag["manifest:full-path"]
        if path == "/" { documentType = tag["manifest:media-type"] }
      case "manifest:encryption-data":
        if path == "content.xml" || path == "encrypted-package" { isEncrypted = true }
      default: break
      }
    }

    func text(_ text: String) {}
    func end(_ name: XMLName) {}
  }
}
