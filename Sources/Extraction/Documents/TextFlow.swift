/// Puts a document's text together in reading order, from what a reader of its format meets: stretches of text, ends of
/// paragraphs, rows and cells, and what stands aside.
///
/// A row of a table becomes one line, with " | " between its cells. A row that holds another table, a heading or more
/// than `maximumRow` bytes is there for the layout only: its paragraphs stand on lines of their own.
struct TextFlow {
  /// Where a frame's paragraphs go.
  enum Destination {
    /// Where they stand: for boxes in the middle of a paragraph, in front of that paragraph.
    case text
    /// After the text, or at ``release(page:)``: notes and comments.
    case notes
    /// After everything, each different one once: headers and footers.
    case margins
    /// To the title of what is held: see ``hold()``.
    case title
  }

  /// Bytes.
  private static let maximumRow = 4 << 10
  private static let maximumTitle = 1 << 10
  private static let maximumParagraph = 1 << 20
  private static let maximumHeld = 64 << 20

  private struct Row {
    var cells: [String] = []
    var cell = ""
    var bytes = 0
    var isLayout = false
  }

  private struct Frame {
    var destination: Destination
    var line = ""
    var rows: [Row] = []
  }

  private var sections: Sections
  private var frames = [Frame(destination: .text)]
  private var held: [String]?
  private var title: [String] = []
  private var notes: [String] = []
  private var margins: [String] = []
  private var toldMargins: Set<String> = []
  private var heldBytes = 0

  init(_ sink: UnitSink) { sections = Sections(sink) }

  /// Whether the open paragraph has no text yet.
  var lineIsEmpty: Bool { frames[frames.count - 1].line.isEmpty }

  /// The last character of the open paragraph, as a byte.
  var lastByte: UInt8? { frames[frames.count - 1].line.utf8.last }

  /// Adds text to the open paragraph.
  mutating func append(_ text: some StringProtocol) throws {
    frames[frames.count - 1].line += text
    if frames[frames.count - 1].line.utf8.count > Self.maximumParagraph { try endParagraph() }
  }

  /// Adds text in which any number of blanks and line breaks is one blank, and none at the beginning of a line.
  mutating func append(collapsing text: String) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var afterBlank = lastByte.map { $0 == 32 || $0 == 10 } ?? true
    for byte in text.utf8 {
      let isBlank = byte == 32 || (9...13).contains(byte)
      if !isBlank { bytes.append(byte) } else if !afterBlank { bytes.append(32) }
      afterBlank = isBlank
    }
    try append(String(decoding: bytes, as: UTF8.self))
  }

  mutating func endParagraph() throws {
    let line = takeLine()
    if !Self.isBlank(line) { try emit(line) }
  }

  /// Makes the open paragraph the title of a new section, if it may be one: not in notes or boxes.
  ///
  /// - Parameter title: of the section that ends, if it has not begun yet; left out when it is the same.
  mutating func endHeading(after title: String? = nil) throws {
    let line = takeLine()
    if Self.isBlank(line) { return }
    guard frames.count == 1, held == nil, line.utf8.count <= Self.maximumTitle else { return try emit(line) }
    try layOutLastRow(of: 0)
    if let title, Self.words(title) != Self.words(line) { try begin(title: title) }
    try sections.begin(title: line)
  }

  /// Ends what is open, and begins a section.
  mutating func begin(title: String?, page: Int? = nil) throws {
    try endParagraph()
    try sections.begin(title: title, page: page)
  }

  // MARK: Tables

  mutating func beginRow() throws {
    try endParagraph()
    for frame in frames.indices.reversed() {
      try layOutLastRow(of: frame)
      if frames[frame].destination != .text { break }
    }
    frames[frames.count - 1].rows.append(Row())
  }

  mutating func endCell() throws {
    try endParagraph()
    let frame = frames.count - 1
    let row = frames[frame].rows.count - 1
    guard row >= 0, !frames[frame].rows[row].isLayout else { return }
    frames[frame].rows[row].cells.append(frames[frame].rows[row].cell)
    frames[frame].rows[row].cell = ""
    frames[frame].rows[row].bytes += 3
    if frames[frame].rows[row].bytes > Self.maximumRow { try layOut(row: row, of: frame) }
  }

  mutating func endRow() throws {
    try endParagraph()
    guard var row = frames[frames.count - 1].rows.popLast() else { return }
    if !row.cell.isEmpty { row.cells.append(row.cell) }
    while row.cells.last?.isEmpty == true { row.cells.removeLast() }
    if !row.cells.isEmpty { try emit(row.cells.joined(separator: " | ")) }
  }

  // MARK: What stands aside

  /// Begins a text of its own in the middle of a paragraph, such as a box or a note.
  mutating func beginFrame(_ destination: Destination) { frames.append(Frame(destination: destination)) }

  mutating func endFrame() throws {
    guard frames.count > 1 else { return }
    while !frames[frames.count - 1].rows.isEmpty { try endRow() }
    try endParagraph()
    frames.removeLast()
  }

  /// Holds back the text until ``release(page:)``, because the title may come later than the text.
  mutating func hold() { held = [] }

  /// Begins a section with the title that was found, and gives it what was held back, then the notes.
  mutating func release(page: Int) throws {
    try closeFrames()
    try begin(title: title.isEmpty ? nil : title.joined(separator: " "), page: page)
    for paragraph in held ?? [] { try sections.add(paragraph: paragraph[...]) }
    held = nil
    title = []
    try tellNotes()
    heldBytes = margins.reduce(0) { $0 + $1.utf8.count }
  }

  /// Ends the document.
  mutating func end() throws {
    try closeFrames()
    if !notes.isEmpty { try sections.begin(title: nil) }
    try tellNotes()
    if !margins.isEmpty { try sections.begin(title: nil) }
    for paragraph in margins { try sections.add(paragraph: paragraph[...]) }
    try sections.end()
  }

  /// Ends whatever is open: rows, boxes, notes.
  mutating func closeFrames() throws {
    while frames.count > 1 { try endFrame() }
    while !frames[0].rows.isEmpty { try endRow() }
    try endParagraph()
  }

  private mutating func tellNotes() throws {
    for paragraph in notes { try sections.add(paragraph: paragraph[...]) }
    notes = []
  }

  private mutating func takeLine() -> String {
    let line = frames[frames.count - 1].line
    if !line.isEmpty { frames[frames.count - 1].line = "" }
    return line
  }

  /// Hands a paragraph to the innermost cell that takes it, or else to where its frame's paragraphs go.
  private mutating func emit(_ paragraph: String) throws {
    let frame = frames.count - 1
    try emit(paragraph, frame: frame, below: frames[frame].rows.count)
  }

  private mutating func emit(_ paragraph: String, frame: Int, below depth: Int) throws {
    // Rows further out have been given up when this one began.
    if depth > 0, !frames[frame].rows[depth - 1].isLayout { return try add(paragraph, to: depth - 1, of: frame) }
    switch frames[frame].destination {
    case .text:
      if frame > 0 { return try emit(paragraph, frame: frame - 1, below: frames[frame - 1].rows.count) }
      if held == nil { return try sections.add(paragraph: paragraph[...]) }
      try count(paragraph)
      held?.append(paragraph)
    case .notes:
      try count(paragraph)
      notes.append(paragraph)
    case .margins:
      guard toldMargins.insert(Self.words(paragraph)).inserted else { return }
      try count(paragraph)
      margins.append(paragraph)
    case .title:
      try count(paragraph)
      title.append(paragraph)
    }
  }

  private mutating func add(_ paragraph: String, to row: Int, of frame: Int) throws {
    let line = Self.words(paragraph)
    if frames[frame].rows[row].cell.isEmpty {
      frames[frame].rows[row].cell = line
    } else {
      frames[frame].rows[row].cell += " \(line)"
    }
    frames[frame].rows[row].bytes += line.utf8.count + 1
    if frames[frame].rows[row].bytes > Self.maximumRow { try layOut(row: row, of: frame) }
  }

  private mutating func layOutLastRow(of frame: Int) throws {
    if !frames[frame].rows.isEmpty { try layOut(row: frames[frame].rows.count - 1, of: frame) }
  }

  /// Gives up a row: what it has so far becomes paragraphs, and what follows does so by itself.
  private mutating func layOut(row: Int, of frame: Int) throws {
    guard !frames[frame].rows[row].isLayout else { return }
    let cells = frames[frame].rows[row].cells + [frames[frame].rows[row].cell]
    frames[frame].rows[row] = Row(isLayout: true)
    for cell in cells where !cell.isEmpty { try emit(cell, frame: frame, below: row) }
  }

  private mutating func count(_ paragraph: String) throws {
    heldBytes += paragraph.utf8.count
    guard heldBytes <= Self.maximumHeld else { throw ExtractionFailure.tooMuchText }
  }

  private static func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func isBlank(_ line: String) -> Bool { line.allSatisfy(\.isWhitespace) }
}
