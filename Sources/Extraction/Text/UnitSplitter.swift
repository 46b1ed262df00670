import Glibc

/// Cuts decoded text into units, one at each call of `next`, so that a caller can look at stop requests between.
///
/// A unit has at most `maximumLines` lines and `maximumBytes` bytes, and ends after a newline. If there is a blank
/// line in its last `window`, it ends after the last of these, where functions and paragraphs end. A longer line is
/// cut after the last separator near the limit, or else between two scalars.
///
/// Lines end at `\n`, and so also at `\r\n`; a lone `\r` is an ordinary separator. The units together are exactly
/// the text, and depend on nothing but the text. Empty text has no units.
package struct UnitSplitter: Sequence, IteratorProtocol {
  package static let maximumLines = 300
  package static let maximumBytes = 12 << 10

  /// A blank line is looked for after this many lines or bytes of a unit.
  private static let windowLines = 250
  private static let windowBytes = 10 << 10
  /// Bytes before the limit in which a separator is looked for in a long line.
  private static let separatorReach = 1 << 10

  private let text: UnsafeRawBufferPointer
  private var position = 0
  private var line = 1

  /// - Parameter text: UTF-8 that outlives the splitter.
  package init(_ text: UnsafeRawBufferPointer) { self.text = text }

  package mutating func next() -> TextUnit? {
    guard position < text.count else { return nil }
    let cut = nextCut()
    let range = position..<cut.end
    let endsLine = text[cut.end - 1] == .newline
    let unit = TextUnit(range: range, firstLine: line, lastLine: line + cut.newlines - (endsLine ? 1 : 0))
    position = cut.end
    line += cut.newlines
    return unit
  }

  private struct Cut {
    var end: Int
    var newlines: Int
  }

  private func nextCut() -> Cut {
    let limit = Swift.min(position + Self.maximumBytes, text.count)
    var lastLineEnd = Cut(end: position, newlines: 0)
    var lastBlank: Cut?
    while let end = endOfLine(from: lastLineEnd.end, limit: limit) {
      lastLineEnd = Cut(end: end, newlines: lastLineEnd.newlines + 1)
      if end == text.count { return lastLineEnd }
      let inWindow = lastLineEnd.newlines >= Self.windowLines || end - position >= Self.windowBytes
      if inWindow, lineIsBlank(endingAt: end) { lastBlank = lastLineEnd }
      if lastLineEnd.newlines == Self.maximumLines { return lastBlank ?? lastLineEnd }
    }
    if limit == text.count { return Cut(end: limit, newlines: lastLineEnd.newlines) }
    if let lastBlank { return lastBlank }
    if lastLineEnd.newlines > 0 { return lastLineEnd }
    return Cut(end: cutInLine(before: limit), newlines: 0)
  }

  /// The offset after the next newline below `limit`.
  private func endOfLine(from start: Int, limit: Int) -> Int? {
    guard start < limit, let base = text.baseAddress,
      let found = memchr(base + start, Int32(UInt8.newline), limit - start)
    else { return nil }
    return UnsafeRawPointer(found) - base + 1
  }

  /// Whether the line that ends at `end` (after its newline) is empty, and begins in this unit.
  private func lineIsBlank(endingAt end: Int) -> Bool {
    var last = end - 2
    if last >= position, text[last] == .carriageReturn { last -= 1 }
    return last >= position && text[last] == .newline
  }

  private func cutInLine(before limit: Int) -> Int {
    var end = limit
    while end > limit - Self.separatorReach {
      if text[end - 1].isSeparator { return end }
      end -= 1
    }
    if text[limit] == .newline, text[limit - 1] == .carriageReturn { return limit - 1 }
    // At most three steps in UTF-8; text that is not must not be stepped through to its beginning.
    end = limit
    while end > limit - 3, text[end] & 0xC0 == 0x80 { end -= 1 }
    return text[end] & 0xC0 == 0x80 ? limit : end
  }
}

extension UInt8 {
  fileprivate static let newline = UInt8(ascii: "\n")
  fileprivate static let carriageReturn = UInt8(ascii: "\r")

  /// ASCII that no identifier or word goes on across; not `\r`, which a `\n` may follow.
  fileprivate var isSeparator: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), 0x80..., .carriageReturn:
      false
    default: true
    }
  }
}
