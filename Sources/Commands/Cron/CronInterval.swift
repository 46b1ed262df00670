internal import ArgumentParser

/// How often cron calls: `1m` to `59m`, `1h` to `23h`.
struct CronInterval: Hashable, Sendable, ExpressibleByArgument, CustomStringConvertible {
  enum Unit: Character, Sendable {
    case minutes = "m"
    case hours = "h"
  }

  var count: Int
  var unit: Unit

  init(count: Int, unit: Unit) {
    self.count = count
    self.unit = unit
  }

  /// nil for what cron's five fields cannot say.
  init?(_ text: String) {
    guard let last = text.last, let unit = Unit(rawValue: last), let count = Int(text.dropLast()),
      !text.hasPrefix("+"), (unit == .minutes ? 1...59 : 1...23).contains(count)
    else { return nil }
    self.init(count: count, unit: unit)
  }

  init?(argument: String) { self.init(argument) }

  var description: String { "\(count)\(unit.rawValue)" }

  /// Minute, hour, day, month and day of the week. An interval that does not divide the hour (or day) is shorter
  /// at the end of it.
  var fields: String {
    switch (unit, count) {
    case (.minutes, 1): "* * * * *"
    case (.minutes, _): "*/\(count) * * * *"
    case (.hours, 1): "0 * * * *"
    case (.hours, _): "0 */\(count) * * *"
    }
  }
}
