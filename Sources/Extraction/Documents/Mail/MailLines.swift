/// Cuts a text that comes in pieces into lines. Each is UTF-8, or else Latin-1: mail seldom says which, and quotes others.
struct MailLines {
  /// A line above this many bytes is handed on in parts.
  private static let maximumLine = 1 << 20

  private var line: [UInt8] = []

  mutating func add(_ piece: UnsafeRawBufferPointer, _ body: (String) throws -> Void) throws {
    var rest = piece[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      line += rest[..<end]
      rest = rest[(end + 1)...]
      try self.end(body)
    }
    line += rest
    if line.count > Self.maximumLine { try end(body) }
  }

  /// Hands on what is left. To be called at the end of the text.
  mutating func end(_ body: (String) throws -> Void) throws {
    let text = String(validating: line, as: UTF8.self)
    try body(text ?? String(String.UnicodeScalarView(line.map { Unicode.Scalar($0) })))
    line.removeAll(keepingCapacity: true)
  }
}
