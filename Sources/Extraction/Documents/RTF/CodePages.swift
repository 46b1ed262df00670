internal import Glibc

/// Turns bytes in one of Windows' code pages into text, by means of the C library. A class, since it owns converters.
final class CodePages {
  static let western = 1252
  static let macintosh = 10_000
  private static let utf8 = 65_001
  /// More are in no real document.
  private static let maximumOpen = 32

  /// What iconv gives when it stops before the end.
  private static let failed = -1

  private var converters: [Int: iconv_t] = [:]

  deinit { for converter in converters.values { iconv_close(converter) } }

  /// What is not valid becomes U+FFFD. A code page that is not known is taken for the western one.
  func decode(_ bytes: [UInt8], codePage: Int) -> String {
    if bytes.allSatisfy({ $0 < 0x80 }) || codePage == Self.utf8 { return String(decoding: bytes, as: UTF8.self) }
    guard let converter = converter(for: codePage) ?? converter(for: Self.western) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    // No byte gives more than one scalar, and so four bytes; one is U+FFFD at most, three bytes.
    var output = [CChar](repeating: 0, count: 4 * bytes.count + 16)
    var input = bytes.map { CChar(bitPattern: $0) }
    let count = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in Self.convert(converter, input, output) }
    }
    return String(decoding: output[..<count].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func convert(
    _ converter: iconv_t, _ input: UnsafeMutableBufferPointer<CChar>, _ output: UnsafeMutableBufferPointer<CChar>
  ) -> Int {
    var source = input.baseAddress
    var sourceLeft = input.count
    var target = output.baseAddress
    var targetLeft = output.count
    iconv(converter, nil, nil, nil, nil)
    while sourceLeft > 0, iconv(converter, &source, &sourceLeft, &target, &targetLeft) == failed {
      guard sourceLeft > 0, targetLeft >= 3 else { break }
      for byte in "\u{FFFD}".utf8 {
        target?.pointee = CChar(bitPattern: byte)
        target = target.map { $0 + 1 }
      }
      targetLeft -= 3
      source = source.map { $0 + 1 }
      sourceLeft -= 1
    }
    return output.count - targetLeft
  }

  private func converter(for codePage: Int) -> iconv_t? {
    if let converter = converters[codePage] { return converter }
    guard converters.count < Self.maximumOpen else { return nil }
    let name =
      switch codePage {
      case Self.macintosh: "MACINTOSH"
      case 1361: "JOHAB"
      default: "CP\(codePage)"
      }
    // -1 is its way to say that there is none.
    guard let converter = iconv_open("UTF-8", name), converter != iconv_t(bitPattern: -1) else { return nil }
    converters[codePage] = converter
    return converter
  }

  /// The code page of a font's character set (RTF 1.9.1, "Font Table", `\fcharset`); nil: the document's.
  static func codePage(ofCharacterSet number: Int) -> Int? {
    [
      0: 1252, 2: 1252, 77: macintosh, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254,
      163: 1258, 177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 850,
    ][number]
  }
}
