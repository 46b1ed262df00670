package import IndexModel
package import Tokens

/// What a person typed, understood.
package struct SearchQuery: Hashable, Sendable {
  /// - Throws: `invalid_query`, with what to do about it.
  package init(parsing text: String, tokenizer: Tokenizer) throws(IndexerError) {
    throw IndexerError(.invalidQuery, "not yet written")
  }
}
