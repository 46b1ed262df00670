/// What the elements of HTML mean for the text that one sees (HTML Living Standard, 15.3, "Rendering: non-replaced
/// elements").
enum HTMLElements {
  /// Begin and end a paragraph.
  static let blocks: Set<String> = [
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "li",
    "listing", "main", "menu", "nav", "ol", "optgroup", "option", "p", "plaintext", "pre", "search", "section",
    "select", "summary", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "tr", "ul", "xmp",
  ]
  /// Begin sections.
  static let headings: Set<String> = ["h1", "h2", "h3", "h4", "h5", "h6"]
  /// Keep their lines and blanks.
  static let preformatted: Set<String> = ["listing", "plaintext", "pre", "textarea", "xmp"]
  /// Not seen: programs, what stands in for what cannot be shown, and what describes but is not shown.
  static let unseen: Set<String> = [
    "annotation", "annotation-xml", "audio", "canvas", "datalist", "defs", "desc", "iframe", "metadata", "noembed",
    "noframes", "object", "rp", "script", "style", "template", "video",
  ]

  /// Whether an element is hidden by itself, whatever style sheets may say.
  static func isHidden(_ name: String, _ attributes: HTMLAttributes) -> Bool {
    if unseen.contains(name) || attributes["hidden"] != nil { return true }
    if name == "dialog" { return attributes["open"] == nil }
    guard let style = attributes["style"]?.lowercased().filter({ !$0.isWhitespace }) else { return false }
    return style.contains("display:none") || style.contains("visibility:hidden")
  }
}
