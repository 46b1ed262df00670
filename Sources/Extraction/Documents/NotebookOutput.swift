/// What a cell of a notebook printed.
enum NotebookOutput {
  /// Its text; empty for pictures and other things.
  static func text(of output: [String: Any]) -> String {
    switch output["output_type"] as? String {
    case "stream": withoutControls(NotebookExtractor.text(output["text"]))
    case "error", "pyerr": error(output)
    default:
      // nbformat 3 has the data in the output itself, under a short name.
      NotebookExtractor.text((output["data"] as? [String: Any])?["text/plain"] ?? output["text"])
    }
  }

  private static func error(_ output: [String: Any]) -> String {
    if let lines = output["traceback"] as? [Any], !lines.isEmpty {
      return withoutControls(lines.compactMap { $0 as? String }.joined(separator: "\n"))
    }
    return [output["ename"], output["evalue"]].compactMap { $0 as? String }.joined(separator: ": ")
  }

  /// Without the sequences that colour text on a terminal (ECMA-48, 5.4: ESC, `[`, parameters, a letter).
  private static func withoutControls(_ text: String) -> String {
    guard text.utf8.contains(27) else { return text }
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\u{1B}" else {
        result.append(scalar)
        continue
      }
      guard rest.first == "[" else { continue }
      rest = rest.dropFirst().drop { (0x20...0x3F).contains($0.value) }.dropFirst()
    }
    return String(result)
  }
}
