/// How text may look where it goes.
struct TextStyle: Hashable, Sendable {
  /// A person looks at it: tables, headings, short forms.
  var isTerminal = false
  var colours = false
  /// Of the terminal; 80 where none is known.
  var columns = 80

  /// For files and pipes.
  static let plain = TextStyle()

  enum Colour: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case magenta = "35"
    case cyan = "36"
  }

  /// `text` in `colour`, or as it is.
  func paint(_ text: String, _ colour: Colour) -> String {
    colours && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }
}
