internal import IndexModel
internal import Tokens

/// Makes a tree of a query's pieces. What could be meant in some way is taken that way: an operator without
/// something on both sides is a word, and a parenthesis that is never closed ends with the query.
struct QueryParser {
  private let pieces: [QueryPiece]
  private let tokenizer: Tokenizer
  private var position = 0
  private var depth = 0
  private var tokens = 0
  private var prefixes = 0

  /// Files must match all of these.
  private(set) var included: [PathGlob] = []
  /// Files must match none of these.
  private(set) var excluded: [PathGlob] = []
  /// Whether AND or OR was said: then the words are meant as they stand.
  private(set) var hasOperators = false

  /// Groups in groups. FTS5's own parser gives up at about four times as many.
  static let maximumDepth = 8

  enum Parsed {
    case nothing
    case tree(QueryTree)
    /// Only what is not wanted.
    case without([QueryTree])
  }

  init(_ text: String, tokenizer: Tokenizer) {
    pieces = QueryLexer.pieces(of: text)
    self.tokenizer = tokenizer
  }

  mutating func parse() throws(IndexerError) -> Parsed { try alternatives() }

  private mutating func alternatives() throws(IndexerError) -> Parsed {
    let globs = included.count + excluded.count
    var trees: [QueryTree] = []
    var isMore = false
    while true {
      switch try sequence() {
      case .nothing: break
      case .tree(let tree): trees.append(tree)
      case .without(let trees):
        guard !isMore, !isOperation(.or, at: position) else { throw InvalidQuery.notInOr }
        return .without(trees)
      }
      guard isOperation(.or, at: position) else { break }
      hasOperators = true
      isMore = true
      position += 1
    }
    if isMore, included.count + excluded.count > globs { throw InvalidQuery.pathInOr }
    return QueryTree.any(of: trees).map(Parsed.tree) ?? .nothing
  }

  private mutating func sequence() throws(IndexerError) -> Parsed {
    var wanted: [QueryTree] = []
    var unwanted: [QueryTree] = []
    var isFirst = true
    while position < pieces.count, pieces[position] != .close {
      if !isFirst, startsOperand(at: position + 1) {
        if isOperation(.or, at: position) { break }
        if isOperation(.and, at: position) {
          hasOperators = true
          position += 1
        }
      }
      isFirst = false
      switch try operand() {
      case .nothing: break
      case .tree(let tree): wanted.append(tree)
      case .without(let trees): unwanted += trees
      }
    }
    guard let tree = QueryTree.all(of: wanted) else {
      return unwanted.isEmpty ? .nothing : .without(unwanted)
    }
    return .tree(unwanted.isEmpty ? tree : .excluding(tree, unwanted))
  }

  private mutating func operand() throws(IndexerError) -> Parsed {
    var isWanted = true
    while isOperation(.not, at: position), startsOperand(at: position + 1) {
      isWanted.toggle()
      position += 1
    }
    if case .path(let glob) = pieces[position] {
      position += 1
      let glob = try PathGlob(glob)
      if isWanted { included.append(glob) } else { excluded.append(glob) }
      return .nothing
    }
    let globs = included.count + excluded.count
    let parsed = try group()
    if isWanted { return parsed }
    if included.count + excluded.count > globs { throw InvalidQuery.pathInNot }
    return switch parsed {
    case .nothing: .nothing
    case .tree(let tree): .without([tree])
    case .without(let trees): QueryTree.any(of: trees).map(Parsed.tree) ?? .nothing
    }
  }

  private mutating func group() throws(IndexerError) -> Parsed {
    defer { position += 1 }
    switch pieces[position] {
    case .close, .path: return .nothing
    case .operation(let operation): return try word(operation.rawValue, isPrefix: false)
    case .text(let text, let isPrefix): return try word(text, isPrefix: isPrefix)
    case .open:
      guard depth < Self.maximumDepth else { throw InvalidQuery.tooDeep }
      depth += 1
      position += 1
      let parsed = try alternatives()
      depth -= 1
      return parsed
    }
  }

  private mutating func word(_ text: String, isPrefix: Bool) throws(IndexerError) -> Parsed {
    let bytes = Array(text.utf8)
    let spellings: [Spelling]
    if isPrefix, let term = tokenizer.normalisedPrefix(of: bytes) {
      guard term.prefix.count >= SearchQuery.minimumPrefixBytes else { throw InvalidQuery.shortPrefix(text) }
      prefixes += 1
      guard prefixes <= SearchQuery.maximumPrefixes else { throw InvalidQuery.tooManyPrefixes }
      tokens += term.leading.count + 1
      spellings =
        [Spelling(tokens: term.leading + [term.prefix], isPrefix: true)]
        + term.stems.map { Spelling(tokens: term.leading + [$0]) }
    } else {
      let found = tokenizer.tokens(of: bytes)
      guard !found.isEmpty else { return .nothing }
      tokens += found.count
      spellings = [Spelling(tokens: found)]
    }
    guard tokens <= SearchQuery.maximumTokens else { throw InvalidQuery.tooManyWords }
    return .tree(.word(QueryWord(spellings: spellings)))
  }

  private func isOperation(_ operation: QueryPiece.Connective, at index: Int) -> Bool {
    index < pieces.count && pieces[index] == .operation(operation)
  }

  /// Whether an operator before `index` has something to work on: a word, a group or a path, or NOT and one of these.
  private func startsOperand(at index: Int) -> Bool {
    var index = index
    while isOperation(.not, at: index) { index += 1 }
    guard index < pieces.count else { return false }
    return switch pieces[index] {
    case .text, .path, .open: true
    case .close, .operation: false
    }
  }
}
