internal import Foundation

/// Numbers as people read them.
enum Quantity {
  /// `78579` as `78,579`.
  static func count(_ value: some BinaryInteger) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
      result.append(digit)
    }
    return value < 0 ? "-" + result : result
  }

  /// `1 file`, `2 files`.
  static func count(_ value: Int, _ noun: String) -> String {
    "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
  }

  /// Bytes in powers of 1000 with at most three digits: `512 B`, `1.3 GB`.
  static func bytes(_ value: Int64) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
    guard value >= 1000 else { return "\(value) B" }
    var scaled = Double(value) / 1000
    var unit = 0
    while scaled >= 999.5, unit < units.count - 1 {
      scaled /= 1000
      unit += 1
    }
    return scaled < 9.95
      ? "\(decimal(scaled)) \(units[unit])" : "\(Int(scaled.rounded())) \(units[unit])"
  }

  /// Seconds as `0.4 s`, `12 s`, `3 min 05 s`, `1 h 02 min`, `2 d 03 h`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e12 else { return "?" }
    if seconds < 9.95 { return "\(decimal(max(0, seconds))) s" }
    let whole = Int(seconds.rounded())
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min \(twoDigits(whole % 60)) s"
    case ..<86_400: return "\(whole / 3600) h \(twoDigits(whole % 3600 / 60)) min"
    default: return "\(whole / 86_400) d \(twoDigits(whole % 86_400 / 3600)) h"
    }
  }

  /// Seconds as a clock: `0:09`, `12:34`, `1:02:03`.
  static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    let whole = Int(max(0, seconds).rounded())
    let minutes = whole / 60 % 60
    guard whole >= 3600 else { return "\(minutes):\(twoDigits(whole % 60))" }
    return "\(whole / 3600):\(twoDigits(minutes)):\(twoDigits(whole % 60))"
  }

  /// `part` of `whole` in full percent, 100 only when nothing is missing.
  static func percent(_ part: Double, of whole: Double) -> Int {
    guard whole > 0 else { return 0 }
    return part >= whole ? 100 : min(99, max(0, Int(part / whole * 100)))
  }

  private static func decimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
