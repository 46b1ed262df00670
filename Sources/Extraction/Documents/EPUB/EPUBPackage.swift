/// What an EPUB says of itself: its title and authors, and its chapters in the order of reading (EPUB 3.3, 4.2.6 and 5).
struct EPUBPackage {
  static let container = "META-INF/container.xml"

  private(set) var title: String?
  private(set) var authors: [String] = []
  /// The names of the entries with the chapters.
  private(set) var chapters: [String] = []

  /// Ways to make fonts unusable outside of the book; the text is not encrypted (EPUB 3.3, 4.3).
  private static let obfuscations: Set<String> = [
    "http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC",
  ]
  private static let chapterTypes: Set<String> = ["application/xhtml+xml", "text/html", "text/x-oeb1-document"]
  private static let maximumItems = 200_000

  /// - Throws: ``ExtractionFailure/encrypted`` when a chapter is; ``ExtractionFailure``.
  init(_ archive: ZipArchive) throws {
    let root = Root()
    try archive.parse(Self.container, root)
    guard let entry = root.entry else { throw ExtractionFailure.damaged("EPUB names no package") }
    let package = Package()
    try archive.parse(ReferencePath("").sibling(entry), package)
    title = package.titles.first
    authors = package.authors
    let path = ReferencePath(entry)
    chapters = package.spine.compactMap { package.items[$0] }.map(path.sibling)
    let encryption = "META-INF/encryption.xml"
    if archive.contains(encryption) {
      let list = Encryption()
      try archive.parse(encryption, list)
      if !list.entries.isDisjoint(with: chapters) { throw ExtractionFailure.encrypted }
    }
    chapters = chapters.filter(archive.contains)
    if chapters.isEmpty { throw ExtractionFailure.damaged("EPUB has no chapters") }
  }

  private final class Root: XMLReceiver {
    var entry: String?

    func start(_ tag: XMLTag) {
      guard tag.name.local == "rootfile", entry == nil else { return }
      if tag["media-type"] == "application/oebps-package+xml" { entry = tag["full-path"] }
    }

    func text(_ text: String) {}
    func end(_ name: XMLName) {}
  }

  private final class Package: XMLReceiver {
    var titles: [String] = []
    var authors: [String] = []
    var items: [String: String] = [:]
    var spine: [String] = []
    private var words: String?

    func start(_ tag: XMLTag) throws {
      switch tag.name.qualified {
      case "dc:title", "dc:creator": words = ""
      case "opf:item":
        guard let id = tag["id"], let reference = tag["href"] else { return }
        guard items.count < EPUBPackage.maximumItems else { throw ExtractionFailure.tooMuchText }
        if EPUBPackage.chapterTypes.contains(tag["media-type"]?.lowercased() ?? "") { items[id] = reference }
      case "opf:itemref":
        guard spine.count < EPUBPackage.maximumItems else { throw ExtractionFailure.tooMuchText }
        if let id = tag["idref"] { spine.append(id) }
      default: break
      }
    }

    func text(_ text: String) {
      // A title is no book.
      if let words, words.utf8.count < 4096 { self.words = words + text }
    }

    func end(_ name: XMLName) {
      guard let words, name.qualified == "dc:title" || name.qualified == "dc:creator" else { return }
      if name.qualified == "dc:title" { titles.append(words) } else if authors.count < 1000 { authors.append(words) }
      self.words = nil
    }
  }

  /// The entries that are encrypted, rather than obfuscated.
  private final class Encryption: XMLReceiver {
    var entries: Set<String> = []
    private var algorithm: String?
    /// Keys are encrypted by methods of their own.
    private var isKey = false

    func start(_ tag: XMLTag) {
      switch tag.name.local {
      case "EncryptedData": algorithm = nil
      case "EncryptedKey", "KeyInfo": isKey = true
      case "EncryptionMethod": if !isKey { algorithm = tag["Algorithm"] }
      case "CipherReference":
        guard !isKey, let reference = tag["URI"] else { return }
        if algorithm.map(EPUBPackage.obfuscations.contains) != true {
          entries.insert(ReferencePath("").sibling(reference))
        }
      default: break
      }
    }

    func text(_ text: String) {}

    func end(_ name: XMLName) { if name.local == "EncryptedKey" || name.local == "KeyInfo" { isKey = false } }
  }
}
