internal import IndexModel

/// The answer of `search` for people and editors.
struct HitText {
  var response: SearchResponse
  var workingDirectory: String
  var style: TextStyle

  var text: String { response.hits.map(style.isTerminal ? block : line).joined() }

  private func place(_ hit: SearchHit) -> String {
    PrintableText.escaped(AbsolutePath.shown(hit.path, in: workingDirectory))
  }

  /// `path:line: snippet`, the line that says most.
  private func line(_ hit: SearchHit) -> String {
    let lines = hit.snippet.split(separator: "\n", omittingEmptySubsequences: false)
    let index = hit.bestLine - hit.firstLine
    let best = lines.indices.contains(index) ? PrintableText.onOneLine(String(lines[index])) : ""
    let text = best.isEmpty ? PrintableText.onOneLine(hit.snippet) : best
    let shown = text.isEmpty ? "(found by its name)" : text
    let context = context(hit, line: hit.bestLine).map { " [\($0)]" } ?? ""
    let place = Self.whereabouts(hit) ?? Self.heading(hit)
    // Rows are counted from the first line, the header included: where no cell has several lines, they are the lines.
    let number = hit.kind == "csv" ? hit.bestRow ?? hit.bestLine : hit.bestLine
    return "\(self.place(hit)):\(number): \(place.map { "\($0): " } ?? "")\(shown)\(context)\n"
  }

  /// Such as `page 3` or `sheet Nord, row 57`; nil for text.
  private static func whereabouts(_ hit: SearchHit) -> String? {
    let parts = [
      hit.page.map { "page \($0)" }, hit.sheet.map { "sheet \(PrintableText.escaped($0))" },
      hit.bestRow.map { "row \($0)" },
    ]
    let known = parts.compactMap(\.self)
    return known.isEmpty ? nil : known.joined(separator: ", ")
  }

  /// What it stands under; nil for text without headings.
  private static func heading(_ hit: SearchHit) -> String? {
    hit.title.map { "under \"\(PrintableText.head(PrintableText.onOneLine($0), columns: 60))\"" }
  }

  /// The columns that are only shown, of one line of the snippet.
  private func context(_ hit: SearchHit, line: Int) -> String? {
    let lines = hit.context.split(separator: "\n", omittingEmptySubsequences: false)
    let index = line - hit.firstLine
    guard lines.indices.contains(index), !lines[index].isEmpty else { return nil }
    return PrintableText.onOneLine(String(lines[index]))
  }

  /// A heading and the snippet's lines with their numbers.
  private func block(_ hit: SearchHit) -> String {
    var heading = style.paint("\(place(hit)):\(hit.bestLine)", .magenta)
    if let title = hit.title { heading += "  " + PrintableText.onOneLine(title) }
    if let place = Self.whereabouts(hit) { heading += "  " + place }
    if response.projects.count > 1 {
      heading += "  " + style.paint("[\(PrintableText.escaped(hit.project))]", .dim)
    }
    if hit.stale { heading += "  " + style.paint("stale", .yellow) }
    let lines = hit.snippet.split(separator: "\n", omittingEmptySubsequences: false)
    let room = max(20, style.columns - 8)
    let body = lines.prefix(12).enumerated().map { index, line in
      let number = String(hit.firstLine + index)
      let padded = String(repeating: " ", count: max(0, 6 - number.count)) + number
      let text = PrintableText.head(PrintableText.escaped(Self.expanded(line)), columns: room)
      let context = context(hit, line: hit.firstLine + index).map {
        style.paint("\(String(repeating: " ", count: 8))\($0)\n", .dim)
      }
      return style.paint(padded, .dim) + "  " + marked(text) + "\n" + (context ?? "")
    }
    return heading + "\n" + body.joined() + "\n"
  }

  /// Tabs as blanks: a tab's width is not known where it stands.
  private static func expanded(_ line: Substring) -> String {
    var result = ""
    for character in line where character != "\r" {
      result += character == "\t" ? String(repeating: " ", count: 4 - result.count % 4) : String(character)
    }
    return result
  }

  /// The words of the query, wherever they stand in `text`, in colour.
  private func marked(_ text: String) -> String {
    guard style.colours else { return text }
    let words = response.query.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }
      .filter { $0.count > 1 && !["and", "or", "not"].contains($0) }
    let characters = Array(text)
    let lower = characters.map { Character($0.lowercased().prefix(1).description) }
    var result = ""
    var index = 0
    while index < characters.count {
      let length = words.filter { lower[index...].starts(with: $0) }.map(\.count).max() ?? 0
      if length > 0 {
        result += style.paint(String(characters[index..<index + length]), .red)
        index += length
      } else {
        result.append(characters[index])
        index += 1
      }
    }
    return result
  }

  /// What the user should know about the answer, for standard error.
  static func notes(_ response: SearchResponse) -> [String] {
    var notes: [String] = []
    if response.hits.isEmpty {
      notes.append(response.projects.isEmpty ? "Nothing is indexed yet. Start: indexer start DIR" : "No hits.")
    } else if !response.hits.contains(where: \.allWords) {
      notes.append("No text has all of the words; these have some of them.")
    }
    let stale = response.hits.count(where: \.stale)
    if stale > 0 {
      let files = stale == 1 ? "1 hit is from a file" : "\(stale) hits are from files"
      notes.append("\(files) changed or gone since indexed: \(stalePaths(response)).")
    }
    if response.pendingFiles > 0 {
      let files = Quantity.count(response.pendingFiles, "file")
      notes.append("\(files) not indexed yet: there may be more hits. See: indexer jobs")
    }
    if response.unlistedJobs > 0 {
      let jobs = response.unlistedJobs == 1 ? "1 job has" : "\(Quantity.count(response.unlistedJobs)) jobs have"
      notes.append("\(jobs) not listed the files to index: there may be more hits. See: indexer jobs")
    }
    for project in response.unavailable {
      let name = PrintableText.escaped(project.project)
      notes.append(
        "A part of the project \(name) could not be asked: \(PrintableText.escapedLines(project.message)). See: indexer doctor"
      )
    }
    if let next = response.next { notes.append("More hits: --offset \(next)") }
    return notes
  }

  private static func stalePaths(_ response: SearchResponse) -> String {
    var paths: [String] = []
    for hit in response.hits where hit.stale && !paths.contains(hit.path) { paths.append(hit.path) }
    let shown = paths.prefix(3).map(PrintableText.escaped).joined(separator: ", ")
    return paths.count > 3 ? "\(shown) and \(paths.count - 3) more" : shown
  }
}
