import TestSupport
import Testing

@testable import Extraction

@Suite("UnitSplitter")
struct UnitSplitterTests {
  private func units(_ text: [UInt8]) -> [TextUnit] {
    text.withUnsafeBytes { Array(UnitSplitter($0)) }
  }

  private func units(_ text: String) -> [TextUnit] { units(Array(text.utf8)) }

  @Test("empty text has no units")
  func empty() {
    #expect(units("").isEmpty)
    var none = UnitSplitter(UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(none.next() == nil)
  }

  @Test(
    "small texts are one unit",
    arguments: [
      ("x", 1), ("\n", 1), ("x\n", 1), ("x\ny", 2), ("x\r\ny\r\n", 2), ("\n\n\n", 3), ("a\rb\rc", 1),
      ("a\n\nb", 3),
    ])
  func small(text: String, lines: Int) {
    #expect(units(text) == [TextUnit(range: 0..<text.utf8.count, firstLine: 1, lastLine: lines)])
  }

  @Test(
    "lines are cut at 300, with or without a newline at the end",
    arguments: [
      (299, [299]), (300, [300]), (301, [300, 1]), (600, [300, 300]), (1000, [300, 300, 300, 100]),
    ])
  func lineLimit(lines: Int, counts: [Int]) {
    let text = String(repeating: "line\n", count: lines)
    for text in [text, String(text.dropLast()), text.replacing("\n", with: "\r\n")] {
      let found = units(text)
      #expect(found.map { $0.lastLine - $0.firstLine + 1 } == counts)
      #expect(found.first?.firstLine == 1 && found.last?.lastLine == lines)
    }
  }

  @Test("only newlines: 300 lines a unit at most, and none lost")
  func onlyNewlines() {
    let found = units(String(repeating: "\n", count: 1000))
    expectComplete(found, Array(repeating: 10, count: 1000))
  }

  @Test("a unit ends at the last blank line near its limit", arguments: ["\n", "\r\n"])
  func blankLine(newline: String) {
    let lines = (1...400).map { [100, 260, 280, 320].contains($0) ? "" : "line \($0)" }
    let found = units(lines.map { $0 + newline }.joined())
    #expect(found.map(\.lastLine) == [280, 400])
  }

  @Test("a unit of long lines ends after a whole line within 12 kB")
  func byteLimit() {
    let line = String(repeating: "word ", count: 200) + "\n"
    let found = units(String(repeating: line, count: 30))
    #expect(found.map { $0.range.count } == [12012, 12012, 6006])
    #expect(found.map(\.firstLine) == [1, 13, 25])
  }

  @Test("a long line is cut at a separator, and its pieces have its number")
  func longLine() {
    let text = Array(("first\n" + String(repeating: "identifier_1 ", count: 3000) + "\nlast\n").utf8)
    let found = units(text)
    expectComplete(found, text)
    #expect(found.map(\.firstLine) == [1, 2, 2, 2, 2])
    #expect(found.map(\.lastLine) == [1, 2, 2, 2, 3])
    for unit in found.dropFirst().dropLast() { #expect(text[unit.range.upperBound - 1] == UInt8(ascii: " ")) }
  }

  @Test("a line without separators is cut between scalars", arguments: ["x", "é", "東", "𝄞", "xé東𝄞"])
  func longWord(part: String) {
    let text = Array(String(repeating: part, count: 20_000).utf8)
    let found = units(text)
    expectComplete(found, text)
    #expect(found.allSatisfy { $0.firstLine == 1 && $0.lastLine == 1 })
    for unit in found { #expect(String(validating: text[unit.range], as: UTF8.self) != nil) }
  }

  @Test("bytes that are not UTF-8 are cut too")
  func continuationBytes() {
    let text = [UInt8](repeating: 0x80, count: 50_000)
    expectComplete(units(text), text)
  }

  @Test("a carriage return is not cut from its newline at the end of a long line")
  func carriageReturnAtLimit() {
    let text = [UInt8](repeating: 120, count: UnitSplitter.maximumBytes - 1) + [13, 10, 120, 10]
    let found = units(text)
    expectComplete(found, text)
    #expect(found.count == 2)
    #expect(!found.contains { text[$0.range.upperBound - 1] == 13 })
  }

  @Test("a line of 60 MB is cut one unit at a time")
  func hugeLine() {
    let text = [UInt8](repeating: 120, count: 60_000_000)
    text.withUnsafeBytes { bytes in
      var splitter = UnitSplitter(bytes)
      #expect(splitter.next() == TextUnit(range: 0..<UnitSplitter.maximumBytes, firstLine: 1, lastLine: 1))
      var end = UnitSplitter.maximumBytes
      while let unit = splitter.next() {
        guard unit.range.lowerBound == end else { break }
        end = unit.range.upperBound
      }
      #expect(end == bytes.count)
    }
  }

  @Test("units are the text, their lines follow on, and the limits hold", arguments: 1..<20 as Range<UInt64>)
  func properties(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let parts = [
      "\n", "\n\n", "\r\n", "\r", "x", "word ", "東", String(repeating: "long_", count: 500), "line of text\n",
      String(repeating: "y", count: 3000) + "\n", String(repeating: "\n", count: 90),
      String(repeating: "é", count: 7000),
    ]
    for _ in 0..<20 {
      let weights = (0..<4).map { _ in parts.randomElement(using: &generator) ?? "" }
      let text = generator.text(Int.random(in: 0...100_000, using: &generator), from: weights)
      let found = units(text)
      expectComplete(found, text)
      #expect(found == units(text))
    }
  }

  private func expectComplete(_ units: [TextUnit], _ text: [UInt8]) {
    var end = 0
    var line = 1
    for unit in units {
      let piece = text[unit.range]
      let newlines = piece.count { $0 == 10 }
      #expect(unit.range.lowerBound == end)
      #expect(unit.firstLine == line)
      line += newlines
      #expect(unit.lastLine == (piece.last == 10 ? line - 1 : line))
      #expect(!piece.isEmpty && piece.count <= UnitSplitter.maximumBytes)
      #expect(unit.lastLine - unit.firstLine < UnitSplitter.maximumLines)
      end = unit.range.upperBound
    }
    #expect(end == text.count)
  }
}
