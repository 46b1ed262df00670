/// The bytes of a user's crontab, of which only our own line is ever touched.
struct Crontab: Hashable, Sendable {
  var bytes: [UInt8]

  private static let newline = UInt8(ascii: "\n")

  /// The line of a data directory; nil when there is none.
  func line(for dataDirectory: String) -> String? {
    lines.first { Self.isOurs($0, dataDirectory) }.map {
      String(decoding: $0.filter { $0 != Self.newline }, as: UTF8.self)
    }
  }

  /// The crontab with `line` in the place of the data directory's old one, else at its end.
  func setting(_ line: String, for dataDirectory: String) -> Crontab {
    let fresh = Array(line.utf8) + [Self.newline]
    var result: [UInt8] = []
    var isPlaced = false
    for old in lines {
      if !Self.isOurs(old, dataDirectory) {
        result += old
      } else if !isPlaced {
        result += fresh
        isPlaced = true
      }
    }
    guard !isPlaced else { return Crontab(bytes: result) }
    if let last = result.last, last != Self.newline { result.append(Self.newline) }
    return Crontab(bytes: result + fresh)
  }

  /// The crontab without the data directory's line.
  func removing(_ dataDirectory: String) -> Crontab {
    Crontab(bytes: Array(lines.filter { !Self.isOurs($0, dataDirectory) }.joined()))
  }

  /// With their ends; the last one may lack it.
  private var lines: [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let end = bytes[start...].firstIndex(of: Self.newline).map { $0 + 1 } ?? bytes.endIndex
      lines.append(bytes[start..<end])
      start = end
    }
    return lines
  }

  private static func isOurs(_ line: ArraySlice<UInt8>, _ dataDirectory: String) -> Bool {
    guard line.first != UInt8(ascii: "#") else { return false }
    let text = line.last == newline ? line.dropLast() : line
    let mark = Array(CronLine.mark(dataDirectory).utf8)
    return text.count > mark.count && text.suffix(mark.count).elementsEqual(mark)
  }
}
