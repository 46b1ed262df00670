/// A stretch of a text from one heading to the next.
package struct OutlineSection: Hashable, Sendable {
  /// Texts with more headings are cut no finer: the last section goes to the end.
  static let maximumCount = 100_000

  /// Bytes of the decoded text, the heading included. The sections of a text follow each other without gaps.
  package var range: Range<Int>
  /// The heading, without its marks; nil before the first one.
  package var title: String?
  /// Counted from 1.
  package var firstLine: Int

  package init(range: Range<Int>, title: String?, firstLine: Int) {
    self.range = range
    self.title = title
    self.firstLine = firstLine
  }
}

/// Gathers sections as their headings are found, from first to last.
struct OutlineBuilder {
  private var sections = [OutlineSection(range: 0..<0, title: nil, firstLine: 1)]

  /// Names what stands before the first heading.
  mutating func name(_ title: String?) { sections[0].title = title }

  /// A heading, whose first line is `line`.
  mutating func begin(_ title: String, at line: TextLines.Line) {
    guard sections.count < OutlineSection.maximumCount else { return }
    let last = sections.count - 1
    sections[last].range = sections[last].range.lowerBound..<line.range.lowerBound
    // Nothing stands before a heading on the first line.
    if sections[last].range.isEmpty { sections.removeLast() }
    sections.append(
      OutlineSection(
        range: line.range.lowerBound..<line.range.lowerBound, title: title.isEmpty ? nil : title,
        firstLine: line.number))
  }

  /// All sections of a text of so many bytes; none when it is empty.
  func end(at count: Int) -> [OutlineSection] {
    guard count > 0, var last = sections.last else { return [] }
    last.range = last.range.lowerBound..<count
    return sections.dropLast() + [last]
  }
}
