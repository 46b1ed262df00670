import Testing

@testable import Extraction

@Suite("TextFlow")
struct TextFlowTests {
  private func outline(_ body: (inout TextFlow) throws -> Void) throws -> [String] {
    var units: [String] = []
    var flow = TextFlow(UnitSink { units.append("\($0.page.map { "\($0) " } ?? "")\($0.title ?? "-"): \($0.text)") })
    try body(&flow)
    try flow.end()
    return units
  }

  private func add(_ text: String, to flow: inout TextFlow) throws {
    try flow.append(text)
    try flow.endParagraph()
  }

  @Test("blanks and line breaks collapse across calls, and none begins a line")
  func collapsing() throws {
    let units = try outline { flow in
      for text in ["  a ", " b\n\t", "c", "  ", "\u{A0}é"] { try flow.append(collapsing: text) }
      #expect(flow.lastByte == 0xA9)
      try flow.append("\n")
      try flow.append(collapsing: " d")
    }
    #expect(units == ["-: a b c \u{A0}é\nd\n"])
  }

  @Test("a row with much text is layout, from its first cell on; so are those around a row in a row")
  func layout() throws {
    let long = String(repeating: "word ", count: 900)
    let units = try outline { flow in
      try flow.beginRow()
      try add("a", to: &flow)
      try flow.endCell()
      try add(long, to: &flow)
      try flow.endCell()
      try add("b", to: &flow)
      try flow.endRow()
      for depth in 0..<3 {
        try flow.beginRow()
        try add("\(depth)", to: &flow)
      }
      try flow.endCell()
      try add("x", to: &flow)
      for _ in 0..<3 { try flow.endRow() }
      try add("end", to: &flow)
    }
    #expect(units == ["-: a\n\(long.dropLast())\nb\n0\n1\n2 | x\nend\n"])
  }

  @Test("what is held back comes with the title that was found, then the notes; margins stand once, at the end")
  func held() throws {
    let units = try outline { flow in
      for page in 1...2 {
        flow.hold()
        flow.beginFrame(.notes)
        try add("note", to: &flow)
        try flow.endFrame()
        try add("text", to: &flow)
        flow.beginFrame(.title)
        try flow.append("Title \(page)")
        try flow.endFrame()
        flow.beginFrame(.margins)
        try add(" margin", to: &flow)
        try flow.endFrame()
        try flow.release(page: page)
      }
    }
    #expect(units == ["1 Title 1: text\nnote\n", "2 Title 2: text\nnote\n", "-: margin\n"])
  }

  @Test("what is never closed is told all the same, and closing more than was opened does no harm")
  func unbalanced() throws {
    let open = try outline { flow in
      try flow.beginRow()
      flow.beginFrame(.notes)
      try flow.append("note")
      flow.beginFrame(.text)
      try flow.beginRow()
      try flow.append("cell")
    }
    #expect(open == ["-: cell\nnote\n"])
    let closed = try outline { flow in
      try flow.endCell()
      try flow.endRow()
      try flow.endFrame()
      try flow.append("x")
    }
    #expect(closed == ["-: x\n"])
  }

  @Test("a heading that is no title is a paragraph: in notes, or when it is too long")
  func headings() throws {
    let long = String(repeating: "x", count: 1025)
    let units = try outline { flow in
      try flow.append(long)
      try flow.endHeading()
      flow.beginFrame(.notes)
      try flow.append("note")
      try flow.endHeading()
      try flow.endFrame()
      try flow.append(" ")
      try flow.endHeading()
      try flow.append("Real")
      try flow.endHeading()
    }
    #expect(units == ["-: \(long)\n", "Real: ", "-: note\n"])
  }
}
