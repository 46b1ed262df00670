internal import Foundation

/// Jupyter notebooks (nbformat 3 and 4): texts, code, and what the code printed; not its pictures.
///
/// A heading in a text begins a section; what stands before the first one has no title.
package enum NotebookExtractor: DocumentExtractor {
  package static let kind = "notebook"
  package static let version = 2

  /// Bytes of a notebook: it is read into memory as a whole.
  private static let maximumBytes = 64 << 20
  /// Bytes of each output that are read.
  private static let maximumOutput = 4 << 10

  package static func extract(_ document: Document, to sink: UnitSink) throws {
    guard document.size <= maximumBytes else { throw ExtractionFailure.tooMuchText }
    let data = try document.withBytes { Data($0) }
    // Python writes half of a character that was cut in two, which Foundation refuses.
    guard let parsed = parse(data) ?? parse(LoneSurrogates.replaced(in: data)) else {
      throw ExtractionFailure.damaged("no JSON")
    }
    guard let notebook = parsed as? [String: Any], notebook["nbformat"] is Int else {
      throw ExtractionFailure.notADocument
    }
    // nbformat 3 has sheets of cells.
    let sheets = (notebook["worksheets"] as? [[String: Any]])?.compactMap { $0["cells"] as? [Any] }
    guard let cells = notebook["cells"] as? [Any] ?? sheets.map({ Array($0.joined()) }) else {
      throw ExtractionFailure.notADocument
    }
    var sections = Sections(sink)
    for case let cell as [String: Any] in cells { try add(cell, to: &sections) }
    try sections.end()
  }

  private static func parse(_ json: Data) -> Any? { try? JSONSerialization.jsonObject(with: json) }

  private static func add(_ cell: [String: Any], to sections: inout Sections) throws {
    // nbformat 3 calls the source of code `input`.
    let source = text(cell["source"] ?? cell["input"])
    switch cell["cell_type"] as? String {
    case "markdown": try add(markdown: source, to: &sections)
    case "heading": try sections.begin(title: source)
    case "code":
      try sections.add(paragraph: source[...])
      for case let output as [String: Any] in cell["outputs"] as? [Any] ?? [] {
        try sections.add(paragraph: head(of: NotebookOutput.text(of: output))[...])
      }
    default: try sections.add(paragraph: source[...])
    }
  }

  private static func add(markdown source: String, to sections: inout Sections) throws {
    let bytes = Array(source.utf8)
    let outline = bytes.withUnsafeBytes { MarkdownOutline.sections(of: $0) }
    for section in outline {
      if let title = section.title { try sections.begin(title: title) }
      try sections.add(paragraph: String(decoding: bytes[section.range], as: UTF8.self)[...])
    }
  }

  private static func head(of output: String) -> String {
    var end =
      output.utf8.index(output.startIndex, offsetBy: maximumOutput, limitedBy: output.endIndex) ?? output.endIndex
    while end.samePosition(in: output.unicodeScalars) == nil { end = output.utf8.index(before: end) }
    return String(output[..<end])
  }

  /// A string, or the lines of one.
  static func text(_ value: Any?) -> String {
    if let text = value as? String { return text }
    return (value as? [Any])?.compactMap { $0 as? String }.joined() ?? ""
  }
}
