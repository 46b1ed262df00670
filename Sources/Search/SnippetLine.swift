/// One line of a snippet, made fit for a terminal.
enum SnippetLine {
  static let maximumCharacters = 200
  /// How much is shown before the match in a line that is cut.
  private static let charactersBefore = 60

  /// The line without blanks at its end; if it is long, the part around `match`, at most `maximumCharacters` scalars.
  ///
  /// - Parameter match: bytes of the line.
  static func cut(_ line: UnsafeRawBufferPointer, around match: Range<Int>?) -> String {
    var line = line
    while let last = line.last, last <= 0x20 { line = UnsafeRawBufferPointer(rebasing: line.dropLast()) }
    // Four bytes a scalar at most, so that the rest of a very long line is not looked at.
    var start = 0
    if line.count > maximumCharacters, let match, match.upperBound > maximumCharacters {
      start = min(match.lowerBound, line.count)
      var characters = 0
      while start > 0, characters < charactersBefore {
        start -= 1
        if line[start] & 0xC0 != 0x80 { characters += 1 }
      }
    }
    let end = min(start + 4 * maximumCharacters, line.count)
    var result = String.UnicodeScalarView()
    for scalar in String(decoding: line[start..<end], as: UTF8.self).unicodeScalars.prefix(maximumCharacters) {
      result.append(isUnsafe(scalar) ? " " : scalar)
    }
    return String(result)
  }

  /// Controls, which a terminal would obey, and the marks that turn text around, which hide what is there.
  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
