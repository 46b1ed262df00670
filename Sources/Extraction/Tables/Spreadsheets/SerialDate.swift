/// Dates as spreadsheets keep them: days since an epoch, with the time as a fraction.
struct SerialDate {
  /// Days from 0001-01-01 of the proleptic Gregorian calendar to the day 0.
  private let epoch: Int
  private let hasFalseLeapDay: Bool

  /// Day 1 is 1900-01-01, and day 60 a 29th of February that never was (ECMA-376 part 1, 18.17.4.1).
  static let from1900 = SerialDate(epoch: 693_594, hasFalseLeapDay: true)
  /// Day 0 is 1904-01-01.
  static let from1904 = SerialDate(epoch: 695_055, hasFalseLeapDay: false)

  /// The day after 9999-12-31 in the system of 1900.
  private static let end = 2_958_466.0
  private static let secondsPerDay = 86_400

  /// The number as `2024-03-01`, `2024-03-01 14:30:00` or `14:30:00`; nil when it is none of these.
  func text(_ number: Double, _ format: NumberFormat) -> String? {
    guard number >= 0, number < Self.end, format != .number else { return nil }
    var day = Int(number)
    var seconds = Int(((number - Double(day)) * Double(Self.secondsPerDay)).rounded())
    if seconds == Self.secondsPerDay { (day, seconds) = (day + 1, 0) }
    switch format {
    case .number: return nil
    case .date: return date(day)
    case .time: return Self.time(seconds)
    case .elapsed: return Self.time(day * Self.secondsPerDay + seconds)
    // There is no day 0 in the system of 1900: it is a time alone.
    case .dateAndTime: return date(day).map { "\($0) \(Self.time(seconds))" } ?? Self.time(seconds)
    }
  }

  private func date(_ day: Int) -> String? {
    if hasFalseLeapDay {
      if day == 0 { return nil }
      if day == 60 { return "1900-02-29" }
    }
    let isBeforeLeapDay = hasFalseLeapDay && day < 60
    let (year, month, dayOfMonth) = Self.calendar(epoch + day + (isBeforeLeapDay ? 1 : 0) - (hasFalseLeapDay ? 1 : 0))
    guard year <= 9999 else { return nil }
    return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2))"
  }

  private static func time(_ seconds: Int) -> String {
    "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Year, month and day for days since 0001-01-01, by the number of days that 400, 100, 4 and 1 years have.
  private static func calendar(_ days: Int) -> (year: Int, month: Int, day: Int) {
    var rest = days
    let cycles = rest / 146_097
    rest %= 146_097
    // The last day of a cycle, and of four years, belongs to a year that is longer by it.
    let centuries = min(rest / 36_524, 3)
    rest -= centuries * 36_524
    let quadrennia = rest / 1461
    rest %= 1461
    let years = min(rest / 365, 3)
    rest -= years * 365
    let year = cycles * 400 + centuries * 100 + quadrennia * 4 + years + 1
    let isLeapYear = years == 3 && (quadrennia != 24 || centuries == 3)
    var month = 1
    for length in [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
      if rest < length { break }
      rest -= length
      month += 1
    }
    return (year, month, rest + 1)
  }
}
