/// Reads the text that one sees of an HTML page: its title and headings as sections, rows of tables as lines, the texts
/// that stand for images.
final class HTMLText: HTMLReceiver {
  /// What the page's title is good for.
  enum TitleUse {
    /// The first section's title.
    case always
    /// The same, but only if there is text before the first heading: chapters of books often have the book's title.
    case withoutHeading
  }

  var flow: TextFlow
  private let titleUse: TitleUse

  private enum Effect { case none, title, heading, preformatted, block, cell, row, unseen }
  private struct Element {
    var name: String
    var effect: Effect
  }

  /// Elements within each other; unclosed ones count as such, so that real pages have thousands.
  private static let maximumDepth = 100_000
  private static let maximumTitle = 4 << 10

  private var open: [Element] = []
  private var unseen = 0
  private var headings = 0
  private var preformatted = 0
  private var title: String?
  private var isTitle = false
  private var pendingTitle: String?

  init(_ flow: TextFlow, titleUse: TitleUse = .always) {
    self.flow = flow
    self.titleUse = titleUse
  }

  func start(_ name: String, _ attributes: HTMLAttributes) throws {
    guard open.count < Self.maximumDepth else { throw ExtractionFailure.damaged("HTML nested too deeply") }
    let effect = effect(of: name, attributes)
    open.append(Element(name: name, effect: effect))
    if effect == .unseen { unseen += 1 }
    guard unseen == 0 else { return }
    switch effect {
    case .title:
      isTitle = true
      title = ""
    case .heading:
      try flow.endParagraph()
      headings += 1
    case .preformatted:
      try endLine()
      preformatted += 1
    case .row: if headings == 0 { try flow.beginRow() }
    case .cell, .block: try endLine()
    case .none, .unseen: try insert(name, attributes)
    }
  }

  func text(_ text: String) throws {
    guard unseen == 0 else { return }
    if isTitle {
      if let title, title.utf8.count < Self.maximumTitle { self.title = title + text }
      return
    }
    if let pendingTitle, headings == 0, text.contains(where: { !$0.isWhitespace }) {
      self.pendingTitle = nil
      try flow.begin(title: pendingTitle)
    }
    if preformatted > 0 { try flow.append(text) } else { try flow.append(collapsing: text) }
  }

  /// Ends the page.
  func finish() throws {
    while !open.isEmpty { try endLast() }
    if titleUse == .always, let pendingTitle { try flow.begin(title: pendingTitle) }
    try flow.closeFrames()
  }

  func end(_ name: String) throws {
    // What is open within it ends with it; an end without a beginning means nothing.
    guard let index = open.lastIndex(where: { $0.name == name }) else { return }
    while open.count > index { try endLast() }
  }

  private func endLast() throws {
    let effect = open.removeLast().effect
    if effect == .unseen { unseen -= 1 }
    guard unseen == 0 else { return }
    switch effect {
    case .title:
      isTitle = false
      pendingTitle = title
    case .heading:
      headings -= 1
      if headings == 0, !flow.lineIsEmpty {
        try flow.endHeading(after: titleUse == .always ? pendingTitle : nil)
        pendingTitle = nil
      }
    case .preformatted:
      try endLine()
      preformatted -= 1
    case .row: if headings == 0 { try flow.endRow() }
    case .cell: if headings == 0 { try flow.endCell() }
    case .block: try endLine()
    case .none, .unseen: break
    }
  }

  private func effect(of name: String, _ attributes: HTMLAttributes) -> Effect {
    if HTMLElements.isHidden(name, attributes) { return .unseen }
    if HTMLElements.headings.contains(name) { return .heading }
    if HTMLElements.preformatted.contains(name) { return .preformatted }
    switch name {
    // Later ones, as those in drawings, are no titles of the page.
    case "title": return title == nil && !open.contains { $0.name == "svg" } ? .title : .unseen
    case "tr": return .row
    case "td", "th": return .cell
    default: return HTMLElements.blocks.contains(name) ? .block : .none
    }
  }

  private func insert(_ name: String, _ attributes: HTMLAttributes) throws {
    switch name {
    case "br":
      if headings == 0 { try flow.append("\n") } else { try flow.append(collapsing: " ") }
    case "img", "area", "input":
      let isText = name != "input" || attributes["type"]?.lowercased() == "image"
      if isText, let alternative = attributes["alt"], !alternative.isEmpty { try text(" \(alternative) ") }
    default: break
    }
  }

  private func endLine() throws {
    if headings == 0 { try flow.endParagraph() } else { try flow.append(collapsing: " ") }
  }
}
