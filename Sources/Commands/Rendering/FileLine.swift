internal import IndexModel

/// A line of `status --files`: the path, and the reason where there is one.
struct FileLine {
  var file: FileReport
  var style: TextStyle

  var text: String {
    let path = PrintableText.escaped(file.path)
    guard let reason = file.reason else { return path }
    return style.isTerminal ? path + "  " + style.paint(reason, .yellow) : "\(path)\t\(reason)"
  }
}
