import Foundation
import TestSupport

/// A tree of pseudo code, the same for the same seed, with the odd files that real trees have among the plain ones.
struct SampleTree: Sendable {
  /// Absolute.
  let root: String
  /// Regular files, the odd ones included.
  private(set) var files = 0

  /// In every plain file.
  static let everywhere = "license"
  /// Some words that plain files hold.
  static let words: [String] = {
    let syllables = ["ka", "lo", "mi", "ru", "ten", "vas", "por", "dex", "qui", "zo", "fal", "ner"]
    return syllables.flatMap { first in syllables.map { second in first + second + "um" } }
  }()

  /// - Parameters:
  ///   - plain: how many plain files, of about 3 kB.
  ///   - isOdd: whether to add the odd ones.
  init(at root: String, seed: UInt64, plain: Int, isOdd: Bool = true) throws {
    self.root = root
    var random = SeededGenerator(seed: seed)
    let lines = (0..<3_000).map { _ in Self.line(&random) }
    for number in 0..<plain {
      var text = Array("// \(Self.everywhere) \(Self.marker(number))\n".utf8)
      for _ in 0..<Int.random(in: 1...120, using: &random) { text += lines.randomElement(using: &random)! }
      try add(Self.name(number), text)
    }
    if isOdd { try addOddFiles(lines.flatMap(\.self)) }
  }

  /// A word that the plain file with this number has, and no other.
  static func marker(_ number: Int) -> String {
    var rest = number
    var letters = ""
    for _ in 0..<4 {
      letters.append(Character(UnicodeScalar(UInt8(ascii: "a") + UInt8(rest % 26))))
      rest /= 26
    }
    return "q\(letters)x"
  }

  static func name(_ number: Int) -> String { "src/part\(number % 37)/sub\(number % 5)/file\(number).c" }

  private static func line(_ random: inout SeededGenerator) -> [UInt8] {
    let count = Int.random(in: 1...9, using: &random)
    let words = (0..<count).map { _ in Self.words.randomElement(using: &random)! }
    return Array("  \(words.joined(separator: " ")) = get\(words[0].capitalized)(\(count));\n".utf8)
  }

  private mutating func addOddFiles(_ text: [UInt8]) throws {
    let block = String(decoding: text.prefix(20_000), as: UTF8.self)
    try add("odd/windows.txt", Array(block.replacing("\n", with: "\r\n").utf8))
    try add("odd/utf16.txt", [0xff, 0xfe] + block.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] })
    try add("odd/latin1.txt", Array("caf".utf8) + [0xe9] + Array(" \(block.prefix(500))".utf8))
    try add("odd/binary.bin", (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) })
    try add("odd/empty", [])
    try add(
      "odd/one huge line",
      Array(block.utf8).filter { $0 != UInt8(ascii: "\n") } + text.prefix(300_000).map { $0 == 10 ? 32 : $0 })
    try add("odd/without end", Array("no newline at the end".utf8))
    try add("odd/new\nline.txt", Array("newlineinname \(block.prefix(300))".utf8))
    try add(bytes: Array("odd/not-utf8-".utf8) + [0xff, 0xfe], Array("badname \(block.prefix(300))".utf8))
    try add("odd/.env", Array("TOKEN=secret".utf8))
    try add("zz/large.txt", Array(repeating: text, count: 9_500_000 / text.count + 1).flatMap(\.self))
    try FileManager.default.createSymbolicLink(atPath: root + "/odd/link", withDestinationPath: "empty")
    files += 1
  }

  /// Adds a file of `megabytes` of text, lines of words.
  mutating func addHuge(_ name: String, megabytes: Int) throws {
    var random = SeededGenerator(seed: 7)
    var block: [UInt8] = []
    while block.count < 1_000_000 { block += Self.line(&random) }
    try add(name, [])
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(root)/\(name)"))
    for _ in 0..<megabytes { try file.write(contentsOf: Data(block)) }
    try file.close()
  }

  private mutating func add(_ name: String, _ bytes: [UInt8]) throws { try add(bytes: Array(name.utf8), bytes) }

  private mutating func add(bytes name: [UInt8], _ bytes: [UInt8]) throws {
    let path = Array(root.utf8) + [UInt8(ascii: "/")] + name
    let directory = String(decoding: path[..<path.lastIndex(of: UInt8(ascii: "/"))!], as: UTF8.self)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let file = (path + [0]).withUnsafeBytes {
      open($0.baseAddress!.assumingMemoryBound(to: CChar.self), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    }
    guard file >= 0 else { throw Failure("cannot make \(String(decoding: path, as: UTF8.self))") }
    defer { close(file) }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { write(file, $0.baseAddress! + done, bytes.count - done) }
      guard count > 0 else { throw Failure("cannot write \(String(decoding: path, as: UTF8.self))") }
      done += count
    }
    files += 1
  }
}
