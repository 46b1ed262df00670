/// Turns UTF-8 into normalised tokens, the same for indexing and for queries.
///
/// - **Words** are runs of letters and digits; everything else separates, invalid UTF-8 included. Soft hyphens,
///   joiners and variation selectors are as if they were not there.
/// - **camelCase** is split. A capital starts a word after a lower-case letter (`getUser` → get user; `eBPF` → e bpf).
///   After a capital or a digit it does so only if a lower-case letter follows that is not alone: two follow, or one
///   and the next capital (`HTTPServer` → http server, `XMLToJSON` → xml to json; but `CPUs`, `PCIe`, `IPv6` stay
///   whole, and so does the plural in `URLsFor` → urls for).
/// - **Digits** belong to the letters around them: utf8, i915, 0x1f, and sha256sum are one token each.
/// - **Folded**: lower case, without diacritics, compatibility forms replaced (`Ｆｕｌｌ` → full, `ﬁ` → fi, `ß` → ss).
/// - **Stemmed** as English (Snowball) where all letters are a–z; tokens with digits or other letters are not.
/// - **Chinese, Japanese, Korean**, and the scripts that put no blanks between words, such as Thai, become
///   overlapping pairs of characters; a lone character is a token.
/// - A token has at most `maximumTokenBytes` bytes after folding; what goes beyond is dropped.
///
/// A token consists of `0-9a-z` and bytes from 0x80 on. So FTS5's `ascii` tokeniser, given our tokens joined by
/// blanks, finds exactly our tokens.
///
/// One for each thread: it holds a cache of stems, about 2 MiB.
package final class Tokenizer {
  /// Recorded with each generation. Raised whenever the same text may give other tokens.
  package static let version = 1
  package static let maximumTokenBytes = 64

  let stems = StemCache()
  let folding = ScalarFolding()
  /// The last bytes of a text with zeros behind them, so that whole blocks can be loaded.
  private let tail = UnsafeMutableRawPointer.allocate(byteCount: 2 * Tokenizer.slack, alignment: 16)
  /// A word while it is folded, with room to store a vector past its end.
  let word = UnsafeMutableRawPointer.allocate(byteCount: Tokenizer.maximumTokenBytes + 16, alignment: 16)
  /// The token that `forEachToken` shows.
  private let shown = UnsafeMutableRawPointer.allocate(byteCount: Tokenizer.outputSlack, alignment: 16)

  /// The block loop loads up to this many bytes from where it stands.
  static let slack = 80
  /// The most that one block writes: 64 one-letter words with their blanks, and a vector past the end of the last.
  static let outputSlack = 160

  package init() {}

  deinit {
    tail.deallocate()
    word.deallocate()
    shown.deallocate()
  }

  /// Appends the tokens of `text`, each followed by one blank.
  ///
  /// - Returns: how many.
  package func append(_ text: UnsafeRawBufferPointer, to output: TokenBuffer) -> Int {
    var sink = JoiningSink(output)
    scanAll(text, &sink)
    return sink.finish()
  }

  /// The tokens of `text`, for queries and tests.
  package func tokens(of text: [UInt8]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    text.withUnsafeBytes { forEachToken(in: $0) { token, _ in result.append(Array(token)) } }
    return result
  }

  /// Each token with the range of bytes of `text` that it was made from, for snippets. `token` is valid during the
  /// call. Pairs of Chinese characters overlap, so ranges do too.
  package func forEachToken(
    in text: UnsafeRawBufferPointer, _ body: (_ token: UnsafeRawBufferPointer, _ range: Range<Int>) -> Void
  ) {
    withoutActuallyEscaping(body) { body in
      var sink = ShowingSink(memory: shown, body: body)
      scanAll(text, &sink)
    }
  }

  @inline(__always)
  private func scanAll(_ text: UnsafeRawBufferPointer, _ sink: inout some TokenSink) {
    guard let base = text.baseAddress else { return }
    let done = scan(base, text.count, origin: 0, &sink)
    let rest = text.count - done
    guard rest > 0 else { return }
    tail.copyMemory(from: base + done, byteCount: rest)
    (tail + rest).initializeMemory(as: UInt8.self, repeating: 0, count: Self.slack)
    _ = scan(tail, rest + Self.slack, origin: done, &sink)
  }
}
