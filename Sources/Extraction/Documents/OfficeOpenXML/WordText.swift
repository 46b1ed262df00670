/// Reads the text of one part of a Word document after the other: its body, notes, comments, headers.
///
/// Left out: deletions and the old places of moves that are tracked, hidden runs, fields' codes.
final class WordText: XMLReceiver {
  var flow: TextFlow
  private let styles: WordStyles

  private struct Paragraph {
    var isHeading = false
    var isHidden = false
  }

  /// The open paragraphs: a box stands within another paragraph.
  private var paragraphs: [Paragraph] = []
  private var alternate = AlternateContent()
  /// Elements within the one that is skipped, that one included.
  private var skipped = 0
  private var isText = false
  private var isProperties = false

  init(_ flow: TextFlow, styles: WordStyles) {
    self.flow = flow
    self.styles = styles
  }

  func start(_ tag: XMLTag) throws {
    if skipped > 0 || alternate.skips(tag.name) {
      skipped += 1
      return
    }
    switch tag.name.qualified {
    case "w:p":
      try flow.endParagraph()
      paragraphs.append(Paragraph())
    case "w:pPr": isProperties = true
    case "w:pStyle": change { $0.isHeading = tag["w:val"].map(styles.isHeading) ?? false }
    case "w:outlineLvl":
      change { $0.isHeading = tag["w:val"].flatMap { Int($0) }.map(WordStyles.isHeading(level:)) ?? false }
    case "w:r", "m:r": change { $0.isHidden = false }
    case "w:vanish": if !isProperties, isOn(tag["w:val"]) { change { $0.isHidden = true } }
    case "w:t", "m:t": isText = paragraphs.last?.isHidden != true
    case "w:tab", "w:ptab": if !isProperties { try flow.append("\t") }
    case "w:br", "w:cr": try flow.append("\n")
    case "w:noBreakHyphen": try flow.append("-")
    case "w:del", "w:moveFrom", "w:pPrChange", "w:rPrChange": skipped = 1
    case "w:tr": try flow.beginRow()
    case "w:txbxContent": flow.beginFrame(.text)
    default: break
    }
  }

  func text(_ text: String) throws {
    if isText, skipped == 0 { try flow.append(text) }
  }

  func end(_ name: XMLName) throws {
    if skipped > 0 {
      skipped -= 1
      return
    }
    alternate.end(name)
    switch name.qualified {
    case "w:p":
      if paragraphs.popLast()?.isHeading == true { try flow.endHeading() } else { try flow.endParagraph() }
    case "w:pPr": isProperties = false
    case "w:t", "m:t": isText = false
    case "w:tc": try flow.endCell()
    case "w:tr": try flow.endRow()
    case "w:txbxContent": try flow.endFrame()
    default: break
    }
  }

  private func change(_ body: (inout Paragraph) -> Void) {
    if !paragraphs.isEmpty { body(&paragraphs[paragraphs.count - 1]) }
  }

  /// The value of a property that is on without one (ECMA-376 part 1, 17.17.4).
  private func isOn(_ value: String?) -> Bool { !["0", "false", "off"].contains(value) }
}
