/// Follows the groups of a document in Rich Text Format, and gathers the text that is seen.
struct RTFText {
  private static let maximumDepth = 2_000
  private static let maximumFonts = 10_000
  /// A paragraph above this many bytes is handed on in parts.
  private static let maximumParagraph = 1 << 20
  private static let maximumAsides = 16 << 20

  /// Where a group's text goes.
  private enum Target { case body, aside, title, fonts, nowhere }

  /// What ends with its group.
  private struct Group {
    var target = Target.body
    /// Bytes that follow each `\u` for readers that do not know it.
    var fallbackLength = 1
    var font: Int?
    var isHidden = false
    var isDeleted = false
    var isInTable = false
    var outlineLevel: Int?
    /// Nothing was read in it yet but `\*`.
    var isOptional = false
    /// Its end ends a paragraph of an aside.
    var isAside = false
  }

  private var sections: Sections
  private let codePages = CodePages()
  private var group = Group()
  private var stack: [Group] = []
  private var codePage = CodePages.western
  private var defaultFont: Int?
  private var fontPages: [Int: Int] = [:]
  private var tableFont = 0

  /// Bytes of text, not decoded yet: a character may be made of several.
  private var bytes: [UInt8] = []
  private var highSurrogate: UInt16?
  /// What is still to be passed over after a `\u`.
  private var fallbackLeft = 0

  private var paragraph = ""
  private var aside = ""
  private var asides: [String] = []
  private var knownAsides: Set<String> = []
  private var asideBytes = 0
  private var title = ""
  private var hasBegun = false

  init(_ sections: Sections) { self.sections = sections }

  /// - Returns: false when the document has ended.
  mutating func add(_ token: RTFTokens.Token, of document: UnsafeRawBufferPointer) throws -> Bool {
    switch token {
    case .run(let range): add(document[range])
    case .byte(let byte): add(CollectionOfOne(byte))
    case .open:
      decode()
      fallbackLeft = 0
      guard stack.count < Self.maximumDepth else { throw ExtractionFailure.damaged("groups nested too deep") }
      stack.append(group)
      group.isOptional = false
      group.isAside = false
    case .close:
      decode()
      fallbackLeft = 0
      if group.isAside { try endAside() }
      guard let outer = stack.popLast() else { return false }
      group = outer
      return !stack.isEmpty
    case .symbol(let symbol): try add(symbol: symbol)
    case .word(let word, let number): try add(word: word, number)
    }
    if bytes.count > Self.maximumParagraph { decode() }
    if paragraph.utf8.count > Self.maximumParagraph { try endParagraph() }
    return true
  }

  /// To be called when the document has ended.
  mutating func end() throws {
    decode()
    try endParagraph()
    for line in asides { try sections.add(paragraph: line[...]) }
    try sections.end()
  }

  private mutating func add(_ text: some Collection<UInt8>) {
    let skipped = min(fallbackLeft, text.count)
    fallbackLeft -= skipped
    guard isSeen, skipped < text.count else { return }
    highSurrogate = nil
    bytes += text.dropFirst(skipped)
  }

  private mutating func add(symbol: UInt8) throws {
    switch symbol {
    case UInt8(ascii: "*"): group.isOptional = true
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\\"): add(CollectionOfOne(symbol))
    case _ where fallbackLeft > 0: fallbackLeft -= 1
    case UInt8(ascii: "~"): put("\u{A0}")
    case UInt8(ascii: "_"): put("\u{2011}")
    case 9: put("\t")
    case 10, 13: try endLine()
    default: break
    }
  }

  private mutating func add(word: String, _ number: Int?) throws {
    if word == "u" { return putUnicode(number ?? 0) }
    decode()
    if fallbackLeft > 0 {
      fallbackLeft -= 1
      return
    }
    if try enter(word) { return }
    if let text = RTFWords.characters[word] { return put(text) }
    if RTFWords.breaks.contains(word) { return try endLine() }
    switch word {
    case "cell", "nestcell": endCell()
    case "row", "nestrow": try endParagraph()
    case "pard": (group.isInTable, group.outlineLevel) = (false, nil)
    case "intbl": group.isInTable = true
    case "outlinelevel": group.outlineLevel = number.flatMap { (0...8).contains($0) ? $0 : nil }
    case "plain": (group.isHidden, group.isDeleted, group.font) = (false, false, defaultFont)
    case "v": group.isHidden = number != 0
    case "deleted": group.isDeleted = number != 0
    case "uc": group.fallbackLength = min(max(0, number ?? 1), 16)
    case "ansicpg": codePage = number ?? CodePages.western
    case "mac": codePage = CodePages.macintosh
    case "pc": codePage = 437
    case "pca": codePage = 850
    case "deff": defaultFont = number
    case "f": setFont(number ?? 0)
    case "fcharset": setPage(number.flatMap { CodePages.codePage(ofCharacterSet: $0) })
    case "cpg": setPage(number)
    default: break
    }
  }

  /// Turns to what a group is for, when `word` is what tells.
  private mutating func enter(_ word: String) throws -> Bool {
    let isOptional = group.isOptional
    group.isOptional = false
    if group.target == .nowhere { return true }
    switch word {
    case "fonttbl": group.target = .fonts
    // Of what a document says about itself, the title only.
    case "title": group.target = .title
    case "info": break
    default:
      if RTFWords.asides.contains(word) {
        if group.target == .body { group.isAside = true }
        group.target = .aside
      } else if RTFWords.skipped.contains(word) || isOptional && !RTFWords.readThough.contains(word) {
        group.target = .nowhere
      } else {
        return false
      }
    }
    return true
  }

  private var isSeen: Bool { group.target != .nowhere && group.target != .fonts && !group.isHidden && !group.isDeleted }

  private mutating func setFont(_ number: Int) {
    if group.target == .fonts { tableFont = number } else { group.font = number }
  }

  private mutating func setPage(_ page: Int?) {
    guard group.target == .fonts, fontPages.count < Self.maximumFonts else { return }
    fontPages[tableFont] = page
  }

  private mutating func putUnicode(_ number: Int) {
    if fallbackLeft > 0 {
      fallbackLeft -= 1
      return
    }
    decode()
    fallbackLeft = group.fallbackLength
    // Numbers are signed; some programs write them unsigned, and above the first plane.
    if number > 0xFFFF {
      return put(Unicode.Scalar(UInt32(clamping: number)).map { String(Character($0)) } ?? "\u{FFFD}")
    }
    let unit = UInt16(truncatingIfNeeded: number)
    if let high = highSurrogate {
      highSurrogate = nil
      return put(String(decoding: [high, unit], as: UTF16.self))
    }
    if UTF16.isLeadSurrogate(unit) { highSurrogate = unit } else { put(String(decoding: [unit], as: UTF16.self)) }
  }

  private mutating func decode() {
    guard !bytes.isEmpty else { return }
    let page = (group.font ?? defaultFont).flatMap { fontPages[$0] } ?? codePage
    let text = codePages.decode(bytes, codePage: page)
    bytes.removeAll(keepingCapacity: true)
    put(text)
  }

  private mutating func put(_ text: String) {
    if !bytes.isEmpty { decode() }
    guard isSeen else { return }
    switch group.target {
    case .body: paragraph += text
    case .aside: aside += text
    case .title: if title.utf8.count < 1_000 { title += text }
    case .fonts, .nowhere: break
    }
  }

  private mutating func endLine() throws {
    decode()
    // A row of a table is one line, also when a cell has several.
    if group.isInTable { return put(" ") }
    switch group.target {
    case .body: try endParagraph()
    case .aside: try endAside()
    case .title, .fonts, .nowhere: break
    }
  }

  private mutating func endCell() {
    switch group.target {
    case .body: while paragraph.last == " " { paragraph.removeLast() }
    case .aside: while aside.last == " " { aside.removeLast() }
    case .title, .fonts, .nowhere: break
    }
    put(" | ")
  }

  private mutating func endParagraph() throws {
    decode()
    defer { paragraph = "" }
    let line = Self.withoutLastCell(paragraph)
    let isBlank = line.allSatisfy(\.isWhitespace)
    if let level = group.outlineLevel, !isBlank, level < 9, !group.isInTable {
      if !hasBegun, title != line { try sections.begin(title: title) }
      hasBegun = true
      return try sections.begin(title: String(line))
    }
    if !hasBegun, !isBlank || !title.isEmpty {
      hasBegun = true
      try sections.begin(title: title)
    }
    try sections.add(paragraph: line)
  }

  private mutating func endAside() throws {
    defer { aside = "" }
    let line = String(Self.withoutLastCell(aside))
    // What has no letter is a page's number.
    guard line.contains(where: \.isLetter), knownAsides.insert(line).inserted else { return }
    asideBytes += line.utf8.count
    guard asideBytes <= Self.maximumAsides else { throw ExtractionFailure.tooMuchText }
    asides.append(line)
  }

  private static func withoutLastCell(_ line: String) -> Substring {
    line.hasSuffix(" | ") ? line.dropLast(3) : line[...]
  }
}
