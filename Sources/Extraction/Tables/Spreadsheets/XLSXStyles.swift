/// Which of a workbook's cell styles show dates and times (ECMA-376 part 1, 18.8).
final class XLSXStyles: XMLReceiver {
  /// More than Excel lets a workbook have: 64,000 (18.8.10 has no limit of its own).
  private static let maximum = 1 << 17

  /// By the number that cells name their style by.
  private(set) var formats: [NumberFormat] = []
  private var custom: [Int: NumberFormat] = [:]
  private var isInCellStyles = false

  func start(_ tag: XMLTag) throws {
    switch tag.name.qualified {
    case "x:numFmt":
      guard let id = tag["numFmtId"].flatMap({ Int($0) }), let code = tag["formatCode"] else { return }
      guard custom.count < Self.maximum else { throw ExtractionFailure.tooMuchText }
      custom[id] = NumberFormat(code: code)
    case "x:cellXfs": isInCellStyles = true
    case "x:xf" where isInCellStyles:
      guard formats.count < Self.maximum else { throw ExtractionFailure.tooMuchText }
      let id = tag["numFmtId"].flatMap { Int($0) } ?? 0
      formats.append(custom[id] ?? NumberFormat(builtIn: id))
    default: break
    }
  }

  func text(_ text: String) {}

  func end(_ name: XMLName) {
    if name.qualified == "x:cellXfs" { isInCellStyles = false }
  }
}
