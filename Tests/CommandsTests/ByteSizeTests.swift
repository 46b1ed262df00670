import Testing

@testable import Commands

@Suite struct ByteSizeTests {
  @Test(
    "a size is a number with a unit",
    arguments: [
      ("0", 0), ("1048576", 1_048_576), ("10M", 10 << 20), ("10m", 10 << 20), ("64MiB", 64 << 20),
      ("500MB", 500_000_000), ("1G", 1 << 30), ("2GB", 2_000_000_000), ("1.5K", 1536), ("3 KB", 3000),
      ("7B", 7),
      ("1T", 1 << 40), ("8388607T", 8_388_607 << 40),
    ] as [(String, Int64)])
  func accepts(text: String, bytes: Int64) {
    #expect(ByteSize(text)?.bytes == bytes)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "M", "-1", "1X", "1.5", "1.", "1.M", ".M", "1..5K", "10 M B", "９M", "99999999T", "1e3", "0x10",
    ])
  func refuses(text: String) {
    #expect(ByteSize(text) == nil)
  }
}
