/// How numbers of spreadsheets are written: with 15 significant digits at most, as Excel shows them, and without an
/// exponent where that is usual. `0.1 + 0.2` is `0.3`, and `1.1000000000000001`, as Excel stores it, `1.1`.
enum NumberText {
  private static let digits = 15

  /// - Parameter stored: as the file has it; given back if it is no number.
  static func text(_ stored: String) -> String {
    // What has few digits is written as it should be.
    if stored.utf8.count <= digits, stored.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "-") }) { return stored }
    guard let number = Double(stored), number.isFinite else { return stored }
    return text(number)
  }

  static func text(_ number: Double) -> String {
    guard number.isFinite else { return String(number) }
    if number == number.rounded(), abs(number) < 1e15 { return String(Int(number)) }
    // Swift writes the shortest text for this very number, such as `0.30000000000000004`.
    let shortest = String(number)
    guard shortest.utf8.count(where: { isDigit($0) }) > digits else { return shortest }
    var power = 1.0
    let magnitude = abs(number)
    while magnitude * power < 1e14, power < 1e300 { power *= 10 }
    guard power > 1, magnitude * power < 1e15 else { return shortest }
    // The nearest of the numbers that 15 digits can write.
    let rounded = String((number * power).rounded() / power)
    return rounded.utf8.count < shortest.utf8.count ? rounded : shortest
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
