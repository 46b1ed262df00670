/// Where the lines of a text are; they end at newlines.
struct TextLines {
  private let text: UnsafeRawBufferPointer
  private let starts: [Int]

  init(_ text: UnsafeRawBufferPointer) {
    self.text = text
    var starts = [0]
    for (index, byte) in text.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
    if starts.count > 1, starts.last == text.count { starts.removeLast() }
    self.starts = starts
  }

  var count: Int { starts.count }

  func start(of line: Int) -> Int { starts[line] }

  /// Without its newline.
  subscript(line: Int) -> UnsafeRawBufferPointer {
    let end = line + 1 < starts.count ? starts[line + 1] : text.count
    let slice = text[starts[line]..<end]
    return UnsafeRawBufferPointer(rebasing: slice.last == UInt8(ascii: "\n") ? slice.dropLast() : slice)
  }

  func isBlank(_ line: Int) -> Bool { self[line].allSatisfy { $0 <= 0x20 } }

  /// The first line that is not blank, or the first.
  var firstWithText: Int { starts.indices.first { !isBlank($0) } ?? 0 }

  /// The line that holds the byte at `offset`.
  func line(at offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
