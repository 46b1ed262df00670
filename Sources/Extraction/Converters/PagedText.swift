internal import Glibc

/// Turns what a converter writes (UTF-8 that comes in pieces, lines, a form feed after each page) into sections: one
/// for each page, with its number.
struct PagedText {
  /// A line above this many bytes is handed on in parts.
  private static let maximumLine = 1 << 20

  private static let formFeed: UInt8 = 0x0C

  private var sections: Sections
  private var line: [UInt8] = []
  private var page = 1
  private var hasBegun = false
  private let isNumbered: Bool

  /// - Parameter isNumbered: form feeds stand after all pages, so that they can be counted.
  init(_ sections: Sections, isNumbered: Bool = true) {
    self.sections = sections
    self.isNumbered = isNumbered
  }

  mutating func add(_ piece: UnsafeRawBufferPointer) throws {
    var rest = piece[...]
    while let end = Self.endOfLine(in: rest) {
      line += rest[..<end]
      try endLine()
      if rest[end] == Self.formFeed {
        page += 1
        hasBegun = false
      }
      rest = rest[(end + 1)...]
    }
    line += rest
    if line.count > Self.maximumLine { try endLine(keeping: Self.incompleteTail(of: line)) }
  }

  /// To be called at the end of the output.
  mutating func end() throws {
    try endLine()
    try sections.end()
  }

  private mutating func endLine(keeping tail: Int = 0) throws {
    let whole = line.dropLast(tail)
    defer { line.removeFirst(line.count - tail) }
    guard whole.contains(where: { $0 > UInt8(ascii: " ") }) else { return }
    if !hasBegun {
      try sections.begin(title: nil, page: isNumbered ? page : nil)
      hasBegun = true
    }
    try sections.add(paragraph: String(decoding: whole, as: UTF8.self)[...])
  }

  private static func endOfLine(in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
    guard let base = UnsafeRawBufferPointer(rebasing: bytes).baseAddress else { return nil }
    let newline = memchr(base, Int32(UInt8(ascii: "\n")), bytes.count).map { UnsafeRawPointer($0) - base }
    let feed = memchr(base, Int32(formFeed), newline ?? bytes.count).map { UnsafeRawPointer($0) - base }
    return (feed ?? newline).map { bytes.startIndex + $0 }
  }

  /// How many bytes at the end may be a part of a scalar that is not complete.
  private static func incompleteTail(of bytes: [UInt8]) -> Int {
    let continuations = bytes.suffix(3).reversed().prefix { $0 & 0xC0 == 0x80 }.count
    return min(continuations + 1, bytes.count)
  }
}
