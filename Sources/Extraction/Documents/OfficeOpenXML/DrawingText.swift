/// Reads the text of drawings: slides, their notes and comments, and diagrams.
///
/// Left out: hidden shapes, and the placeholders for the date and the number of a slide. Footers stand once, at the end.
final class DrawingText: XMLReceiver {
  var flow: TextFlow
  /// Whether only the placeholder for the body is read: what else a page of notes has is the slide again.
  var isNotes = false

  private var alternate = AlternateContent()
  private var skipped = 0
  /// Whether the open shape got a frame of its own.
  private var isFramed = false
  private var isShape = false
  private var isHidden = false
  private var isNoteBody = false
  private var isText = false

  init(_ flow: TextFlow) { self.flow = flow }

  func start(_ tag: XMLTag) throws {
    if skipped > 0 || alternate.skips(tag.name) {
      skipped += 1
      return
    }
    switch tag.name.qualified {
    case "p:sp":
      try flow.endParagraph()
      isShape = true
    case "p:cNvPr": isHidden = ["1", "true"].contains(tag["hidden"])
    case "p:ph": placeholder(tag["type"] ?? "obj")
    case "p:txBody", "a:tbl": if isHidden || (isNotes && !isNoteBody) { skipped = 1 }
    case "a:tr": try flow.beginRow()
    case "a:t", "m:t", "p:text": isText = true
    case "a:br": try flow.append("\n")
    case "a:tab": try flow.append("\t")
    case "a:fld":
      let type = tag["type"] ?? ""
      if type == "slidenum" || type.hasPrefix("datetime") { skipped = 1 }
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
    case "a:t", "m:t": isText = false
    case "p:text":
      isText = false
      try flow.endParagraph()
    case "a:p": try flow.endParagraph()
    case "a:tc": try flow.endCell()
    case "a:tr": try flow.endRow()
    case "p:sp", "p:graphicFrame": try endShape()
    default: break
    }
  }

  private func placeholder(_ type: String) {
    guard isShape, !isFramed else { return }
    switch type {
    case "title", "ctrTitle":
      if isNotes { return }
      flow.beginFrame(.title)
      isFramed = true
    case "ftr":
      if isNotes { return }
      flow.beginFrame(.margins)
      isFramed = true
    case "dt", "sldNum", "sldImg", "hdr": isHidden = true
    case "body": isNoteBody = true
    default: break
    }
  }

  private func endShape() throws {
    if isFramed { try flow.endFrame() }
    (isFramed, isShape, isHidden, isNoteBody) = (false, false, false, false)
  }
}
