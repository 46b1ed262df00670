import Foundation

/// SplitMix64: the same tree for the same seed, everywhere.
struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A small random repository with ignore files in many of its directories.
struct RandomTree {
  private static let names = [
    "a", "b", "ab", "abc", "foo", "foo.o", "bar.o", "Foo", "a-b", "a.b", "a b", "x ", "[x]", "a*", "a\\b",
    "#c",
    "!n", "é", "z9", "build", "src", "-", "]", "a]b", "^", "ab.c.d", "\\",
  ]
  private static let pieces = [
    "*", "**", "?", "[a-c]", "[!a]", "[^b]", "[[:alpha:]]", "[[:digit:]x]", "[[:upper:][:digit:]]", "[]x]",
    "[]-a]", "[a", "[[:bad:]]", "[[:alpha]", "[a\\]]", "[\\-]", "[--a]", "[!]a]", "\\*", "\\a", "\\[", "\\\\",
    "\\#", "\\!", ".o", "*.o", "f*", "*b", "a*b", "*.*", "***", "[[:space:]]", "[[:punct:]]", "[*]", "[",
    "[]",
    "[z-a]", "[a-]", "*a*", "??",
  ]

  private var random: SeededRandom
  /// Relative paths of all files and directories made.
  private(set) var files: [String] = []
  private(set) var directories: [String] = [""]
  private let top: String

  /// Fills `top`, which must exist.
  init(seed: UInt64, in top: String) throws {
    random = SeededRandom(state: seed &* 0x1234_5677)
    self.top = top
    for _ in 0..<Int.random(in: 5...45, using: &random) { try addFile() }
    try addLinks()
    for directory in directories where directory.isEmpty || Int.random(in: 0..<3, using: &random) == 0 {
      try write(prefixed(directory, ".gitignore"), ignoreFile())
    }
    if Bool.random(using: &random) {
      try write(".git/info/exclude", ignoreFile(), listed: false)
    }
  }

  private mutating func addFile() throws {
    var directory = ""
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      let next = prefixed(directory, name())
      var isDirectory: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: "\(top)/\(next)", isDirectory: &isDirectory)
      if exists && !isDirectory.boolValue { break }
      if !exists {
        try FileManager.default.createDirectory(atPath: "\(top)/\(next)", withIntermediateDirectories: false)
        directories.append(next)
      }
      directory = next
    }
    let file = prefixed(directory, name())
    if !FileManager.default.fileExists(atPath: "\(top)/\(file)") { try write(file, Array("x".utf8)) }
  }

  private mutating func addLinks() throws {
    for directory in directories.shuffled(using: &random).prefix(2) {
      let link = prefixed(directory, name())
      if FileManager.default.fileExists(atPath: "\(top)/\(link)") { continue }
      try FileManager.default.createSymbolicLink(atPath: "\(top)/\(link)", withDestinationPath: "/")
      files.append(link)
    }
  }

  private mutating func ignoreFile() -> [UInt8] {
    var bytes: [UInt8] = Int.random(in: 0..<8, using: &random) == 0 ? [0xEF, 0xBB, 0xBF] : []
    let end = Int.random(in: 0..<6, using: &random) == 0 ? "\r\n" : "\n"
    let count = Int.random(in: 1...8, using: &random)
    for index in 0..<count {
      let isLast = index == count - 1 && Bool.random(using: &random)
      bytes += Array((pattern() + (isLast ? "" : end)).utf8)
    }
    return bytes
  }

  private mutating func pattern() -> String {
    switch Int.random(in: 0..<30, using: &random) {
    case 0: return ""
    case 1: return "# a comment"
    case 2:
      return ["!", "/", "//", "!/", "\\", "*", "/*", "/**", "**", "!*", "!*/", "*/", "!**/"].randomElement(
        using: &random)!
    default: break
    }
    // Often the path of something that exists, with some of it replaced.
    var parts: [String] =
      if let path = (files + directories.dropFirst()).randomElement(using: &random),
        Bool.random(using: &random)
      {
        path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      } else {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in piece() }
      }
    if Bool.random(using: &random) { parts = Array(parts.suffix(Int.random(in: 1...2, using: &random))) }
    for index in parts.indices where Int.random(in: 0..<3, using: &random) == 0 { parts[index] = piece() }
    var pattern = parts.joined(separator: "/")
    if Int.random(in: 0..<4, using: &random) == 0 { pattern = "/" + pattern }
    if Int.random(in: 0..<4, using: &random) == 0 { pattern = "**/" + pattern }
    if Int.random(in: 0..<3, using: &random) == 0 { pattern = "!" + pattern }
    if Int.random(in: 0..<4, using: &random) == 0 {
      pattern += ["/", "/*", "/**", "//"].randomElement(using: &random)!
    }
    if Int.random(in: 0..<8, using: &random) == 0 {
      pattern += [" ", "  ", "\\ ", "\\  ", "\t", "\\"].randomElement(using: &random)!
    }
    return pattern
  }

  private mutating func piece() -> String {
    let one = Bool.random(using: &random) ? name() : Self.pieces.randomElement(using: &random)!
    return Int.random(in: 0..<4, using: &random) == 0 ? one + Self.pieces.randomElement(using: &random)! : one
  }

  private mutating func name() -> String { Self.names.randomElement(using: &random)! }

  private func prefixed(_ directory: String, _ name: String) -> String {
    directory.isEmpty ? name : "\(directory)/\(name)"
  }

  private mutating func write(_ path: String, _ bytes: [UInt8], listed: Bool = true) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(top)/\(path)"))
    if listed { files.append(path) }
  }
}
