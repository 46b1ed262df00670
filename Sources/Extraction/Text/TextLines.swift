internal import Glibc

/// The lines of a text, one at each call of `next`, found with `memchr`.
struct TextLines: Sequence, IteratorProtocol {
  struct Line {
    /// Bytes of the text, without the newline and what is blank before it.
    var range: Range<Int>
    /// Counted from 1.
    var number: Int
    /// Of the blanks that it begins with; a tab goes to the next multiple of four.
    var indentation: Int
    /// The offset of the first byte that is not blank; the end of the line if there is none.
    var start: Int

    var isBlank: Bool { range.isEmpty }
  }

  private let text: UnsafeRawBufferPointer
  private var position = 0
  private var number = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  mutating func next() -> Line? {
    guard position < text.count, let base = text.baseAddress else { return nil }
    let start = position
    let newline = memchr(base + start, 10, text.count - start).map { UnsafeRawPointer($0) - base } ?? text.count
    position = Swift.min(newline + 1, text.count)
    number += 1
    var end = newline
    while end > start, isBlank(text[end - 1]) { end -= 1 }
    var first = start
    var indentation = 0
    while first < end, isBlank(text[first]) {
      indentation = text[first] == 9 ? indentation / 4 * 4 + 4 : indentation + 1
      first += 1
    }
    return Line(range: start..<end, number: number, indentation: indentation, start: first)
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
}
