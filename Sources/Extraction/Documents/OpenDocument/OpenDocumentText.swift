/// Reads the text of an OpenDocument text or presentation (ODF 1.3 part 3, chapters 5, 6 and 9).
///
/// Left out: tracked deletions, hidden text, templates of indexes, the names of annotations' authors, and on slides the
/// placeholders for date, number and footer. Blanks are collapsed as section 6.1.2 says.
final class OpenDocumentText: XMLReceiver {
  enum Part {
    case text, slides
    /// The entry with the styles, for the headers and footers in it.
    case margins
  }

  var flow: TextFlow
  var part: Part

  private var styles = OpenDocumentStyles()
  /// The open paragraphs: a box or a note stands within another paragraph.
  private var paragraphs: [Paragraph] = []
  private enum Paragraph { case heading, body }
  /// For each open `draw:frame`, whether it is a slide's title.
  private var titles: [Bool] = []
  private var pages = 0
  private var isNotes = false
  private var isMargin = false
  private var skipped = 0

  private static let left: Set<String> = [
    "text:tracked-changes", "text:note-citation", "office:forms", "office:scripts", "svg:title", "svg:desc",
    "dc:creator", "dc:date", "meta:date-string", "meta:creator-initials", "presentation:date-time-decl",
  ]
  private static let placeholders: Set<String> = ["header", "footer", "date-time", "page-number", "page"]

  init(_ flow: TextFlow, part: Part) {
    self.flow = flow
    self.part = part
  }

  func start(_ tag: XMLTag) throws {
    if skipped > 0 || isLeftOut(tag) {
      skipped += 1
      return
    }
    try styles.read(tag)
    switch tag.name.qualified {
    case "text:h": try begin(.heading)
    case "text:p": try begin(styles.isTitle(tag["text:style-name"]) ? .heading : .body)
    case "text:s": if isText { try flow.append(String(repeating: " ", count: count(tag["text:c"]))) }
    case "text:tab": if isText { try flow.append("\t") }
    case "text:line-break": if isText { try flow.append("\n") }
    case "text:note-body", "office:annotation": flow.beginFrame(.notes)
    case "table:table-row": try flow.beginRow()
    case "draw:page":
      pages += 1
      flow.hold()
    case "draw:frame":
      titles.append(tag["presentation:class"] == "title" && !isNotes)
      if titles.last == true { flow.beginFrame(.title) }
    case "presentation:notes":
      flow.beginFrame(.notes)
      isNotes = true
    case "presentation:header-decl", "presentation:footer-decl":
      flow.beginFrame(.margins)
      paragraphs.append(.body)
    default:
      if part == .margins, Self.isMargin(tag.name) {
        flow.beginFrame(.margins)
        isMargin = true
      }
    }
  }

  func text(_ text: String) throws {
    if isText { try flow.append(collapsing: text) }
  }

  func end(_ name: XMLName) throws {
    if skipped > 0 {
      skipped -= 1
      return
    }
    switch name.qualified {
    case "text:h", "text:p": try endParagraph()
    case "text:note-body", "office:annotation": try flow.endFrame()
    case "table:table-cell": try flow.endCell()
    case "table:table-row": try flow.endRow()
    case "draw:page": try flow.release(page: pages)
    case "draw:frame": if titles.popLast() == true { try flow.endFrame() }
    case "presentation:notes":
      try flow.endFrame()
      isNotes = false
    case "presentation:header-decl", "presentation:footer-decl":
      try flow.endFrame()
      _ = paragraphs.popLast()
    default:
      if part == .margins, Self.isMargin(name) {
        try flow.endFrame()
        isMargin = false
      }
    }
  }

  private var isText: Bool { skipped == 0 && !paragraphs.isEmpty && (part != .margins || isMargin) }

  private func begin(_ paragraph: Paragraph) throws {
    if paragraphs.isEmpty { try flow.endParagraph() } else { flow.beginFrame(.text) }
    paragraphs.append(paragraph)
  }

  private func endParagraph() throws {
    let paragraph = paragraphs.popLast()
    if !paragraphs.isEmpty {
      try flow.endFrame()
    } else if paragraph == .heading {
      try flow.endHeading()
    } else {
      try flow.endParagraph()
    }
  }

  private func isLeftOut(_ tag: XMLTag) -> Bool {
    let name = tag.name.qualified
    if Self.left.contains(name) || (name.hasPrefix("text:") && name.hasSuffix("-source")) { return true }
    switch name {
    case "text:span", "text:p", "text:h": return styles.isHidden(tag["text:style-name"])
    case "text:section": return tag["text:display"] == "none"
    case "text:hidden-text": return tag["text:is-hidden"] == "true"
    case "text:page-number", "text:page-count": return part == .margins
    case "draw:frame": return tag["presentation:class"].map(Self.placeholders.contains) ?? false
    default: return false
    }
  }

  /// How many blanks; more than any line has are cut.
  private func count(_ value: String?) -> Int { min(max(value.flatMap { Int($0) } ?? 1, 1), 1000) }

  private static func isMargin(_ name: XMLName) -> Bool {
    name.qualified.hasPrefix("style:header") || name.qualified.hasPrefix("style:footer")
      ? !name.local.hasSuffix("style") && !name.local.hasSuffix("properties") : false
  }
}
