internal import ArgumentParser

/// A number of bytes as it is typed: `1048576`, `10M`, `64MiB`, `500MB`. As with the GNU tools, `K`, `M`, `G`, `T`
/// and `KiB`… are powers of 1024, `KB`, `MB`… powers of 1000. Case does not matter.
struct ByteSize: Hashable, Sendable, ExpressibleByArgument {
  var bytes: Int64

  init(bytes: Int64) { self.bytes = bytes }

  /// nil when `text` is not a size, or larger than 8 EiB.
  init?(_ text: String) {
    let lower = text.lowercased()
    let number = lower.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = lower.dropFirst(number.count).drop { $0 == " " }
    guard let factor = Self.factors[String(unit)] else { return nil }
    if let whole = Int64(number) {
      let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      bytes = product
    } else {
      guard factor > 1, number.last != ".", let value = Double(number) else { return nil }
      guard let exact = Int64(exactly: (value * Double(factor)).rounded()) else { return nil }
      bytes = exact
    }
  }

  init?(argument: String) { self.init(argument) }

  private static let factors: [String: Int64] = {
    var factors: [String: Int64] = ["": 1, "b": 1]
    for (power, letter) in ["k", "m", "g", "t"].enumerated() {
      let binary = Int64(1) << Int64(10 * (power + 1))
      factors[letter] = binary
      factors[letter + "ib"] = binary
      factors[letter + "b"] = (0...power).reduce(1) { product, _ in product * 1000 }
    }
    return factors
  }()

  /// What may be typed, for messages.
  static let allowed = "a number of bytes, such as 1048576, 10M, 64MiB or 500MB"
}
