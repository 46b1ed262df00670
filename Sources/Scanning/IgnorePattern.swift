import Glibc

/// One compiled pattern; its text lies in its list. The rules are those of `parse_path_pattern`,
/// `match_basename` and `match_pathname` in git's `dir.c`.
struct IgnorePattern {
  private enum Kind {
    /// The whole name: `build`.
    case name
    /// `*` and a literal end: `*.o`.
    case nameSuffix
    case nameGlob
    /// The whole path: `/Documentation/output`.
    case path
    case pathGlob
  }

  private let kind: Kind
  let isNegative: Bool
  let wantsDirectory: Bool
  /// The byte that a match must end in; 0 when it may be any.
  let last: UInt8
  /// In the list's text: where the part to be matched begins. A NUL ends it.
  let start: Int
  private let length: Int
  /// How many bytes at the front hold no wildcard.
  private let literalLength: Int
  /// The pattern as written, for people.
  let writtenStart: Int
  let writtenLength: Int
  /// Counted from 1.
  let line: Int

  /// Bytes; no path is longer. Bounds how deep a match recurses.
  private static let longest = Int(PATH_MAX)

  /// Nil for a line that can never match, and for one longer than any path.
  init?(line: ArraySlice<UInt8>, number: Int, appendingTo text: inout [UInt8]) {
    let slash = UInt8(ascii: "/")
    self.line = number
    var body = line
    isNegative = body.first == UInt8(ascii: "!")
    if isNegative { body = body.dropFirst() }
    wantsDirectory = body.last == slash
    if wantsDirectory { body = body.dropLast() }
    let isName = !body.contains(slash)
    if body.first == slash { body = body.dropFirst() }
    if body.isEmpty || body.count > Self.longest { return nil }

    let literal = body.prefix { !Wildmatch.isSpecial($0) }
    length = body.count
    literalLength = literal.count
    if literalLength == length {
      kind = isName ? .name : .path
    } else if isName {
      let isSuffix = body.first == UInt8(ascii: "*") && !body.dropFirst().contains(where: Wildmatch.isSpecial)
      kind = isSuffix ? .nameSuffix : .nameGlob
    } else {
      kind = .pathGlob
    }
    switch kind {
    case .name, .path: last = body.last!
    case .nameSuffix: last = length > 1 ? body.last! : 0
    case .nameGlob, .pathGlob: last = 0
    }

    writtenStart = text.count
    writtenLength = line.count
    text += line
    text.append(0)
    start = text.count
    text += body
    text.append(0)
  }

  /// - Parameters:
  ///   - pattern: this pattern's text.
  ///   - name: the candidate's last component.
  ///   - tail: the candidate's path below the directory that the pattern is relative to.
  func matches(
    _ pattern: UnsafePointer<UInt8>, _ name: UnsafePointer<UInt8>, _ nameLength: Int,
    _ tail: UnsafePointer<UInt8>, _ tailLength: Int
  ) -> Bool {
    switch kind {
    case .name:
      return nameLength == length && memcmp(pattern, name, length) == 0
    case .nameSuffix:
      return nameLength >= length - 1
        && memcmp(pattern + 1, name + nameLength - (length - 1), length - 1) == 0
    case .nameGlob:
      return Wildmatch.matches(pattern, name, pathname: false)
    case .path:
      return tailLength == length && memcmp(pattern, tail, length) == 0
    case .pathGlob:
      // Git compares the literal front itself and hands over the rest; a `**` right behind it counts as the
      // beginning of a component there.
      return tailLength >= literalLength && memcmp(pattern, tail, literalLength) == 0
        && Wildmatch.matches(pattern + literalLength, tail + literalLength, pathname: true)
    }
  }
}

/// Splits an ignore file as `add_patterns_from_buffer` in git's `dir.c` does.
enum IgnoreFileLines {
  /// The lines that hold a pattern, numbered from 1: without byte order mark, line ends (CRLF too), comments,
  /// trailing blanks that no backslash protects, and anything behind a NUL.
  static func split(_ contents: [UInt8]) -> [(number: Int, bytes: ArraySlice<UInt8>)] {
    var rest = contents[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    var lines: [(number: Int, bytes: ArraySlice<UInt8>)] = []
    var number = 0
    for var line in rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      if line.first == UInt8(ascii: "#") { continue }
      if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
      if let end = line.firstIndex(of: 0) { line = line[..<end] }
      line = withoutTrailingBlanks(line)
      if !line.isEmpty { lines.append((number, line)) }
    }
    return lines
  }

  private static func withoutTrailingBlanks(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var firstBlank: Int?
    var index = line.startIndex
    while index < line.endIndex {
      if line[index] == UInt8(ascii: " ") {
        firstBlank = firstBlank ?? index
      } else {
        if line[index] == UInt8(ascii: "\\") {
          index += 1
          // A lone backslash at the end keeps what is before it.
          if index == line.endIndex { return line }
        }
        firstBlank = nil
      }
      index += 1
    }
    return firstBlank.map { line[..<$0] } ?? line
  }
}
