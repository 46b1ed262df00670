/// Which paragraph styles of a Word document are headings.
///
/// A style's id is a word in the language of the program that made it (`berschrift1`); its outline level and, for the
/// built-in ones, its name are not (ECMA-376 part 1, 17.3.1.20 and 17.7.4.9).
struct WordStyles {
  private struct Style {
    var name = ""
    var parent: String?
    var level: Int?
  }

  private static let maximum = 50_000
  /// Styles that are based on one another.
  private static let maximumChain = 20

  private let styles: [String: Style]

  /// - Parameter part: the name of the entry with the styles; nil when the document has none.
  init(_ part: String?, in archive: ZipArchive) throws {
    let list = List()
    if let part, archive.contains(part) { try archive.parse(part, list) }
    styles = list.styles
  }

  /// - Parameter id: of a paragraph's style.
  func isHeading(_ id: String) -> Bool {
    // Not also those that are based on it, such as a subtitle.
    if styles[id]?.name.lowercased() == "title" { return true }
    var next: String? = id
    for _ in 0..<Self.maximumChain {
      guard let id = next, let style = styles[id] else { return false }
      if let level = style.level { return Self.isHeading(level: level) }
      let name = style.name.lowercased()
      if name.hasPrefix("heading "), name.dropFirst(8).allSatisfy(\.isNumber) { return true }
      next = style.parent
    }
    return false
  }

  /// - Parameter level: the outline level, from 0; 9 is body text.
  static func isHeading(level: Int) -> Bool { (0...8).contains(level) }

  private final class List: XMLReceiver {
    var styles: [String: Style] = [:]
    private var id: String?
    private var style = Style()

    func start(_ tag: XMLTag) throws {
      switch tag.name.qualified {
      case "w:style":
        guard styles.count < WordStyles.maximum else { throw ExtractionFailure.tooMuchText }
        id = tag["w:styleId"]
        style = Style()
      case "w:name": style.name = tag["w:val"] ?? ""
      case "w:basedOn": style.parent = tag["w:val"]
      case "w:outlineLvl": style.level = tag["w:val"].flatMap { Int($0) }
      default: break
      }
    }

    func text(_ text: String) {}

    func end(_ name: XMLName) {
      guard name.qualified == "w:style", let id else { return }
      styles[id] = style
    }
  }
}
