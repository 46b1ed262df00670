/// What control words of Rich Text Format mean for the text (RTF 1.9.1).
enum RTFWords {
  /// Words that stand for a character.
  static let characters: [String: String] = [
    "tab": "\t", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ",
  ]

  /// Words that end a line.
  static let breaks: Set = ["par", "line", "sect", "page", "column", "softline", "softpage"]

  /// Groups that hold nothing to read: tables, pictures, codes of fields, entries of an index, properties of shapes; and
  /// second versions of what is read already (`shprslt`, `nonesttables`).
  static let skipped: Set = [
    "colortbl", "stylesheet", "filetbl", "listtable", "revtbl", "rsidtbl", "pict", "objdata", "objclass", "objname",
    "fldinst", "xe", "tc", "tcn", "rxe", "txe", "sp", "shprslt", "nonesttables", "author", "operator", "creatim",
    "revtim", "printim", "buptim", "keywords", "subject", "doccomm", "comment", "company", "manager", "category",
    "hlinkbase", "template", "private", "nextfile", "falt", "panose", "atnid", "atnauthor", "datafield", "ffname",
    "themedata", "colorschememapping", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn",
  ]

  /// Groups that begin with `\*`, and so may be passed over, that hold text all the same.
  static let readThough: Set = ["shpinst", "shptxt", "annotation", "shppict", "moMath", "mr", "mt"]

  /// Text that is beside the document's own: told after it, and once.
  static let asides: Set = [
    "footnote", "annotation", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf",
  ]
}
