import Glibc

/// The patterns of one ignore file, or of one option, compiled once. The last one that matches decides.
final class PatternList: Sendable {
  /// Where the patterns stand, to tell a user.
  enum Source: Sendable, Hashable {
    /// As in `IgnoreRule.Origin.file`.
    case file(String)
    case exclude
    case include
  }

  let source: Source
  /// How many bytes of a candidate's path name the directory that the patterns are relative to, its slash
  /// included.
  let baseLength: Int
  /// `.indexerignore` files and options hold across the borders of repositories, `.gitignore` files do not.
  let crossesRepositories: Bool
  private let patterns: [IgnorePattern]
  /// The texts of all patterns, each followed by a NUL.
  private let text: [UInt8]

  private init(
    source: Source, baseLength: Int, crossesRepositories: Bool,
    lines: [(number: Int, bytes: ArraySlice<UInt8>)]
  ) {
    self.source = source
    self.baseLength = baseLength
    self.crossesRepositories = crossesRepositories
    var text: [UInt8] = []
    patterns = lines.compactMap { IgnorePattern(line: $0.bytes, number: $0.number, appendingTo: &text) }
    self.text = text
  }

  /// An ignore file's contents. Nil when no line is a pattern.
  convenience init?(
    file contents: [UInt8], path: String, baseLength: Int, crossesRepositories: Bool
  ) {
    self.init(
      source: .file(path), baseLength: baseLength, crossesRepositories: crossesRepositories,
      lines: IgnoreFileLines.split(contents))
    if patterns.isEmpty { return nil }
  }

  /// An option's patterns, each taken whole: no comments, no trailing blanks cut off. Nil when there are none.
  convenience init?(option: Source, patterns: [String], baseLength: Int) {
    self.init(
      source: option, baseLength: baseLength, crossesRepositories: true,
      lines: patterns.enumerated().map { ($0.offset + 1, ArraySlice($0.element.utf8)) })
    if self.patterns.isEmpty { return nil }
  }

  /// The index of the pattern that decides about `candidate`, or nil when none matches.
  func decidingPattern(for candidate: Candidate) -> Int? {
    let name = candidate.path + candidate.nameStart
    let nameLength = candidate.count - candidate.nameStart
    let tail = candidate.path + baseLength
    let tailLength = candidate.count - baseLength
    let last = candidate.path[candidate.count - 1]
    return patterns.withUnsafeBufferPointer { patterns in
      text.withUnsafeBufferPointer { text in
        let text = text.baseAddress!
        var index = patterns.count - 1
        while index >= 0 {
          let pattern = patterns[index]
          // Most patterns fall here, at one byte.
          if (pattern.last == last || pattern.last == 0) && (candidate.isDirectory || !pattern.wantsDirectory)
            && pattern.matches(text + pattern.start, name, nameLength, tail, tailLength)
          {
            return index
          }
          index -= 1
        }
        return nil
      }
    }
  }

  /// Whether the pattern begins with `!`: what it matches is not ignored.
  func isNegative(_ index: Int) -> Bool { patterns[index].isNegative }

  func rule(_ index: Int) -> IgnoreRule {
    let pattern = patterns[index]
    let body = text[pattern.writtenStart..<pattern.writtenStart + pattern.writtenLength]
    let origin: IgnoreRule.Origin =
      switch source {
      case .file(let path): .file(path: path, line: pattern.line)
      case .exclude: .exclude
      case .include: .include
      }
    return IgnoreRule(origin: origin, pattern: String(decoding: body, as: UTF8.self))
  }
}

/// A path to be judged: bytes ending in a NUL, from the top that patterns may be relative to.
struct Candidate {
  var path: UnsafePointer<UInt8>
  /// Without the NUL.
  var count: Int
  /// Where the last component begins.
  var nameStart: Int
  /// A real one; a symbolic link to a directory is none.
  var isDirectory: Bool
}
