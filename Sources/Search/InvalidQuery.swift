internal import IndexModel

/// Why a query cannot be answered, and what to type instead.
enum InvalidQuery {
  static let empty = error("the query has no words; type at least one letter or digit to look for")

  static let onlyNot = error(
    "the query only says what not to find; say also what to find, such as `lock NOT spinlock`")

  static let notInOr = error(
    "NOT cannot be one side of OR; say what to find first, such as `(mutex NOT test) OR semaphore`")

  static let pathInOr = error(
    "path: limits the whole query and cannot be one side of OR; write it once, such as `(read OR write) path:*.c`"
  )

  static let pathInNot = error(
    "NOT can stand before path: but not before a group that holds it; write `NOT path:*.c`")

  static let tooDeep = error(
    "the query has more than \(QueryParser.maximumDepth) parentheses inside each other; use fewer")

  static let tooLong = error(
    "the query has more than \(SearchQuery.maximumBytes) bytes; look for its rarest words only")

  static let tooManyWords = error(
    "the query has more than \(SearchQuery.maximumTokens) words; look for the rarest of them only")

  static let tooManyPrefixes = error(
    "more than \(SearchQuery.maximumPrefixes) words of the query end in *; write out some of them")

  static let longGlob = error(
    "a path pattern has more than \(PathGlob.maximumBytes) bytes; shorten it with *")

  static func shortPrefix(_ text: String) -> IndexerError {
    error(
      "\(text.prefix(40)) is too short to stand for all words that begin so; put three letters before the *")
  }

  private static func error(_ message: String) -> IndexerError { IndexerError(.invalidQuery, message) }
}
