/// The texts that the cells of a workbook share (ECMA-376 part 1, 18.4.9), one after the other in one buffer.
final class XLSXStrings: XMLReceiver {
  /// Bytes of all texts.
  private static let maximumBytes = 512 << 20

  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  private var isInText = false
  private var isPhonetic = false

  subscript(_ index: Int) -> String? {
    guard ends.indices.contains(index) else { return nil }
    return String(decoding: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]], as: UTF8.self)
  }

  func start(_ tag: XMLTag) {
    switch tag.name.qualified {
    case "x:t": isInText = true
    // How a Japanese text is pronounced: not shown.
    case "x:rPh": isPhonetic = true
    default: break
    }
  }

  func text(_ text: String) throws {
    guard isInText, !isPhonetic else { return }
    guard bytes.count + text.utf8.count <= Self.maximumBytes else { throw ExtractionFailure.tooMuchText }
    bytes.append(contentsOf: text.utf8)
  }

  func end(_ name: XMLName) {
    switch name.qualified {
    case "x:t": isInText = false
    case "x:rPh": isPhonetic = false
    case "x:si": ends.append(bytes.count)
    default: break
    }
  }
}
