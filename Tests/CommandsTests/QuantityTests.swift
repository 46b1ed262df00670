import Testing

@testable import Commands

@Suite struct QuantityTests {
  @Test(
    "counts have separators",
    arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (78_579, "78,579"), (-1_234_567, "-1,234,567")])
  func counts(value: Int, text: String) { #expect(Quantity.count(value) == text) }

  @Test("nouns have a plural")
  func nouns() {
    #expect(Quantity.count(1, "file") == "1 file")
    #expect(Quantity.count(2000, "file") == "2,000 files")
  }

  @Test(
    "bytes have at most three digits",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (9_940, "9.9 kB"), (9_960, "10 kB"), (999_400, "999 kB"),
      (999_600, "1.0 MB"), (1_300_000_000, "1.3 GB"), (Int64.max, "9.2 EB"),
    ] as [(Int64, String)])
  func bytes(value: Int64, text: String) { #expect(Quantity.bytes(value) == text) }

  @Test(
    "durations are words",
    arguments: [
      (0, "0.0 s"), (0.44, "0.4 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"),
      (185, "3 min 05 s"),
      (3720, "1 h 02 min"), (97_200, "1 d 03 h"), (.infinity, "?"), (.nan, "?"), (-3, "0.0 s"),
    ])
  func durations(seconds: Double, text: String) { #expect(Quantity.duration(seconds) == text) }

  @Test(
    "the time left is a clock",
    arguments: [(0.2, "0:00"), (9, "0:09"), (754, "12:34"), (3723, "1:02:03"), (.infinity, "?")])
  func clocks(seconds: Double, text: String) { #expect(Quantity.clock(seconds) == text) }

  @Test("only all of it is 100 percent")
  func percents() {
    #expect(Quantity.percent(999_999, of: 1_000_000) == 99)
    #expect(Quantity.percent(5, of: 5) == 100)
    #expect(Quantity.percent(0, of: 0) == 0)
    #expect(Quantity.percent(-1, of: 5) == 0)
  }
}
