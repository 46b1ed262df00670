import Testing

@testable import Tokens

@Suite("Tokenizer")
struct TokenizerTests {
  private let tokenizer = Tokenizer()

  private func words(_ text: String) -> String {
    tokenizer.tokens(of: Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }

  @Test(
    "camelCase is split, acronyms and digits stay whole",
    arguments: [
      ("", ""), ("   \n\t", ""), ("a", "a"), ("getUserName", "get user name"), ("HTTPServer", "http server"),
      ("XMLToJSON", "xml to json"), ("CPUs", "cpus"), ("PCIe", "pcie"), ("IPv6Addr", "ipv6 addr"),
      ("URLsFor", "url for"), ("eBPF", "e bpf"), ("utf8 x86 i915", "utf8 x86 i915"),
      ("sha256sum", "sha256sum"),
      ("utf8String", "utf8 string"), ("I2C_FOO", "i2c foo"), ("V4L2", "v4l2"), ("x86_64", "x86 64"),
      ("0xDEADBEEF", "0x deadbeef"), ("0x1f", "0x1f"), ("isADog", "is a dog"), ("don't", "don t"),
      ("struct sk_buff *skb;", "struct sk buff skb"), ("A", "a"), ("AB", "ab"), ("Ab", "ab"), ("aB", "a b"),
    ])
  func camelCase(text: String, tokens: String) {
    #expect(words(text) == tokens)
  }

  @Test(
    "words of a to z are stemmed, others are not",
    arguments: [
      ("running runs run", "run run run"), ("generalizations", "general"), ("skies", "sky"),
      ("hopping", "hop"),
      ("files2", "files2"), ("internationalization", "internation"), ("RUNNING", "run"),
      ("бегущие", "бегущие"),
      ("ThreadPools", "thread pool"),
    ])
  func stemming(text: String, tokens: String) {
    #expect(words(text) == tokens)
  }

  @Test(
    "case, diacritics and compatibility forms are folded",
    arguments: [
      ("naïve Café", "naiv cafe"), ("cafe\u{301}", "cafe"), ("ÉCOLES", "ecol"),
      ("Straße STRASSE", "strass strass"),
      ("Ｆｕｌｌ", "full"), ("ﬁles", "file"), ("Øre Ærø Þór", "ore aero thor"), ("ЁЛКА ёлка", "елка елка"),
      ("ΣΊΣΥΦΟΣ σίσυφος", "σισυφοσ σισυφοσ"), ("İstanbul", "istanbul"), ("x²", "x2"), ("٣٤", "34"),
      ("Łódź", "lodz"), ("soft\u{AD}ware", "softwar"), ("éTat", "e tat"), ("ÀÉÎx", "aeix"),
      ("ÀÉÎôu", "ae iou"),
      ("हिन्दी", "हिन्दी"), ("مَرْحَبًا", "مرحبا"), ("“quoted”—dash", "quot dash"), ("\u{301}", ""), ("🎉party🎉", "parti"),
    ])
  func folding(text: String, tokens: String) {
    #expect(words(text) == tokens)
  }

  @Test(
    "scripts without blanks become overlapping pairs",
    arguments: [
      ("東", "東"), ("東京", "東京"), ("東京都", "東京 京都"), ("東京タワー", "東京 京タ タワ ワー"), ("東、京", "東 京"),
      ("C言語入門", "c 言語 語入 入門"), ("한국어", "한국 국어"), ("ｶﾀ", "カタ"), ("東京2020", "東京 2020"), ("𠀀𠀁𠀂", "𠀀𠀁 𠀁𠀂"),
      ("ไทย", "ไท ทย"), ("東 a 京", "東 a 京"),
    ])
  func pairs(text: String, tokens: String) {
    #expect(words(text) == tokens)
  }

  @Test(
    "invalid UTF-8 separates",
    arguments: [
      [0x61, 0xFF, 0x62], [0x61, 0xC3, 0x62], [0x61, 0xE2, 0x82, 0x62], [0x61, 0xED, 0xA0, 0x80, 0x62],
      [0x61, 0xC0, 0xAF, 0x62], [0x61, 0xF5, 0x80, 0x80, 0x80, 0x62], [0x61, 0x80, 0x62, 0xC3],
      [0x61, 0xE0, 0x80, 0x80, 0x62, 0xF0, 0x9F],
    ] as [[UInt8]])
  func invalid(bytes: [UInt8]) {
    #expect(tokenizer.tokens(of: bytes) == [[0x61], [0x62]])
  }

  @Test("a token is the same wherever it stands among the blocks of 64 bytes", arguments: 0..<140)
  func position(blanks: Int) {
    let text =
      String(repeating: " ", count: blanks) + "getUserName HTTPServer naïve CPUs 東京都 sha256sum URLsFor IPv6"
    #expect(words(text) == "get user name http server naiv cpus 東京 京都 sha256sum url for ipv6")
  }

  @Test("long words are cut between scalars", arguments: [61, 62, 63, 64, 65, 66, 100, 1000, 200_000])
  func longWords(count: Int) {
    let ascii = String(repeating: "x1", count: count)
    #expect(words(ascii + " end") == ascii.prefix(64) + " end")
    #expect(
      words("a" + String(repeating: "д", count: count)) == "a" + String(repeating: "д", count: min(count, 31))
    )
    let wide = words(String(repeating: "𐐨", count: count))
    #expect(wide == String(repeating: "𐐨", count: min(count, 16)))
  }

  @Test("ranges name the bytes that a token was made from")
  func ranges() {
    let text = Array("  getUserName naïveté, 東京都! cafe\u{301}".utf8)
    var pieces: [String] = []
    text.withUnsafeBytes { bytes in
      tokenizer.forEachToken(in: bytes) { _, range in
        pieces.append(String(decoding: bytes[range], as: UTF8.self))
      }
    }
    #expect(pieces == ["get", "User", "Name", "naïveté", "東京", "京都", "cafe\u{301}"])
  }

  @Test("both paths handle a capital whose next letters are far away or not ASCII")
  func mixedRuns() {
    #expect(words("HTTPÉcole") == "http ecol")
    #expect(words("naïveHTTPServer") == "naiv http server")
    #expect(words("éURLsFor") == "e url for")
    #expect(words("A\u{301}B\u{301}cd") == "a bcd")
  }

  @Test("appending keeps what the buffer holds, and counts")
  func appending() {
    let buffer = TokenBuffer(capacity: 1)
    let text = Array("Hello, Worlds".utf8)
    for _ in 0..<1000 { #expect(text.withUnsafeBytes { tokenizer.append($0, to: buffer) } == 2) }
    #expect(String(decoding: buffer.bytes, as: UTF8.self) == String(repeating: "hello world ", count: 1000))
  }
}
