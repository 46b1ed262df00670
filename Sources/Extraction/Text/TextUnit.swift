/// A stretch of a file's text that is indexed, searched and shown as one.
package struct TextUnit: Hashable, Sendable {
  /// Bytes of the decoded UTF-8 text (after `TextDecoder`, so without a byte order mark).
  package var range: Range<Int>
  /// Counted from 1.
  package var firstLine: Int
  /// The line that holds the unit's last byte; equal to the next unit's `firstLine` only where a line was cut.
  package var lastLine: Int

  package init(range: Range<Int>, firstLine: Int, lastLine: Int) {
    self.range = range
    self.firstLine = firstLine
    self.lastLine = lastLine
  }
}
