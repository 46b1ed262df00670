/// What the styles of an OpenDocument text say about which text is seen, and as what. Fed with each style's elements.
struct OpenDocumentStyles {
  private static let maximum = 200_000
  /// A document's title has no outline level; it is told by this style, or one made from it.
  private static let title = "Title"

  private var current: String?
  private var titles: Set<String> = [title]
  private var hidden: Set<String> = []

  func isTitle(_ style: String?) -> Bool { style.map(titles.contains) ?? false }

  func isHidden(_ style: String?) -> Bool { style.map(hidden.contains) ?? false }

  /// Takes note of an element, if it is part of a style.
  mutating func read(_ tag: XMLTag) throws {
    switch tag.name.qualified {
    case "style:style":
      current = tag["style:name"]
      guard titles.count + hidden.count < Self.maximum else { throw ExtractionFailure.tooMuchText }
      if let current, tag["style:parent-style-name"] == Self.title { titles.insert(current) }
    case "style:text-properties":
      if let current, tag["text:display"] == "none" { hidden.insert(current) }
    default: break
    }
  }
}
