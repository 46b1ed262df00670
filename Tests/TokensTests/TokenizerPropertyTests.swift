import TestSupport
import Testing

@testable import Tokens

/// Rules that hold for any bytes; each runs with several seeds, which a failure names.
@Suite("Tokenizer, for any bytes")
struct TokenizerPropertyTests {
  private let tokenizer = Tokenizer()
  private static let seeds: Range<UInt64> = 1..<9

  private static let pieces = [
    "a", "b", "s", "A", "B", "S", "Z", "z", "0", "9", "running", "HTTP", "Server", " ", "_", "\n", ".", "@",
    "[", "`", "{",
    "/", ":", "\u{7F}", "\0", "internationalization", "é", "É", "ß", "—", "東", "京", "е\u{301}", "ﬁ", "½",
    "\u{AD}", "ไ",
    "🎉", "𐐀", "\u{FDFA}",
  ]

  private func texts(_ seed: UInt64) -> [[UInt8]] {
    var generator = SeededGenerator(seed: seed)
    let all = Array(UInt8.min...UInt8.max)
    let ascii = Array("aabbssxyzAABBSSXYZ019 _".utf8)
    return (0..<40).flatMap { _ -> [[UInt8]] in
      let count = Int.random(in: 0...700, using: &generator)
      return [
        generator.bytes(count, from: all), generator.bytes(count, from: ascii),
        generator.text(count, from: Self.pieces), generator.text(count, from: Self.pieces) + [0xE6, 0x9D],
      ]
    }
  }

  /// FTS5's `ascii` tokeniser: ASCII letters and digits and bytes from 0x80 on are tokens, all else separates.
  private func fts5(_ bytes: UnsafeRawBufferPointer) -> [[UInt8]] {
    bytes.split { byte in
      let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80
      return byte < 0x80 && !isLetter && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }.map { Array($0) }
  }

  @Test("FTS5's ascii tokeniser finds exactly our tokens", arguments: seeds)
  func fts5FindsOurTokens(seed: UInt64) {
    for text in texts(seed) {
      let tokens = tokenizer.tokens(of: text)
      let buffer = TokenBuffer(capacity: 1)
      let count = text.withUnsafeBytes { tokenizer.append($0, to: buffer) }
      #expect(count == tokens.count)
      #expect(fts5(buffer.bytes) == tokens, "\(text)")
      #expect(buffer.bytes.elementsEqual(tokens.flatMap { $0 + [UInt8(ascii: " ")] }))
      for token in tokens {
        #expect(String(validating: token, as: UTF8.self) != nil, "\(text)")
        #expect(!token.isEmpty && token.count <= Tokenizer.maximumTokenBytes)
        #expect(!token.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
      }
    }
  }

  @Test("the fast and the general path agree", arguments: seeds)
  func pathsAgree(seed: UInt64) {
    for text in texts(seed) {
      #expect(tokenizer.tokens(of: text) == generalTokens(text), "\(text)")
    }
  }

  @Test("ranges begin in order, lie within the text, and do not overlap outside ideographs", arguments: seeds)
  func ranges(seed: UInt64) {
    for text in texts(seed) {
      text.withUnsafeBytes { bytes in
        var last = 0..<0
        tokenizer.forEachToken(in: bytes) { token, range in
          #expect(!range.isEmpty && range.upperBound <= bytes.count)
          #expect(range.lowerBound >= last.lowerBound && range.upperBound > last.upperBound)
          if token.allSatisfy({ $0 < 0x80 }) { #expect(range.lowerBound >= last.upperBound) }
          last = range
        }
      }
    }
  }

  @Test("a text's tokens do not depend on what was tokenised before")
  func noMemory() {
    let words = (0..<300_000).map { number in
      String(decoding: String(number, radix: 26).utf8.map { UInt8(ascii: "a") + $0 % 26 }, as: UTF8.self)
        + "ing"
    }
    let text = Array(words.joined(separator: " ").utf8)
    let first = tokenizer.tokens(of: text)
    #expect(first.count == words.count)
    #expect(tokenizer.tokens(of: text) == first)
    let fresh = Tokenizer().tokens(of: Array(words.suffix(500).joined(separator: " ").utf8))
    #expect(fresh == first.suffix(500))
  }

  @Test("nearly every look-up of a stem is a hit")
  func cacheHits() {
    var generator = SeededGenerator(seed: 7)
    let letters = Array("abcdefghijklmnopqrstuvwxyz".utf8)
    let words = (0..<8000).map { _ in
      generator.bytes(Int.random(in: 3...12, using: &generator), from: letters)
    }
    for _ in 0..<20 {
      for word in words { _ = tokenizer.tokens(of: word) }
    }
    #expect(tokenizer.stems.misses < words.count * 20 / 15)
  }

  private func generalTokens(_ text: [UInt8]) -> [[UInt8]] {
    let buffer = TokenBuffer(capacity: 1)
    var sink = JoiningSink(buffer)
    text.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var out = sink.start
      var offset = 0
      while offset < bytes.count {
        out = sink.room(at: out)
        let end = tokenizer.scanRun(base, from: offset, bytes.count, origin: 0, &sink, &out)
        offset = end == offset ? offset + 1 : end
      }
      sink.suspend(at: out)
    }
    return buffer.bytes.split(separator: UInt8(ascii: " ")).map { Array($0) }
  }
}
