/// How a number format of a spreadsheet shows a number, as far as text needs it: as a date, a time, or a number.
enum NumberFormat {
  case number, date, time, dateAndTime
  /// Hours above 23 count on.
  case elapsed

  /// The formats that every workbook has without saying so (ECMA-376 part 1, 18.8.30, with those of East Asia).
  init(builtIn id: Int) {
    switch id {
    case 14...17, 27...31, 36, 50...54, 57, 58: self = .date
    case 18...21, 32...35, 45, 47, 55, 56: self = .time
    case 22: self = .dateAndTime
    case 46: self = .elapsed
    default: self = .number
    }
  }

  /// - Parameter code: a format code (ECMA-376 part 1, 18.8.31); only its first section counts.
  init(code: String) {
    var letters: Set<Character> = []
    var isElapsed = false
    var rest = Substring(code.lowercased())
    scan: while let character = rest.popFirst() {
      switch character {
      case ";": break scan
      case "\"": rest = rest.drop { $0 != "\"" }.dropFirst()
      // The next one is shown as it is, or as blanks.
      case "\\", "_", "*": rest = rest.dropFirst()
      case "[":
        let inside = rest.prefix { $0 != "]" }
        rest = rest[inside.endIndex...].dropFirst()
        // Others are colours, conditions and locales.
        if let unit = inside.first, "hms".contains(unit), inside.allSatisfy({ $0 == unit }) {
          isElapsed = true
          letters.insert(unit)
        }
      case "g" where rest.hasPrefix("eneral"): rest = rest.dropFirst(6)
      case "a" where rest.hasPrefix("m/pm"): rest = rest.dropFirst(4)
      case "a" where rest.hasPrefix("/p"): rest = rest.dropFirst(2)
      case "y", "m", "d", "h", "s": letters.insert(character)
      default: break
      }
    }
    let hasTime = letters.contains("h") || letters.contains("s")
    // Minutes are minutes only beside hours or seconds.
    let hasDate = letters.contains("y") || letters.contains("d") || (letters.contains("m") && !hasTime && !isElapsed)
    self =
      switch (hasDate, hasTime || isElapsed) {
      case (true, true): .dateAndTime
      case (true, false): .date
      case (false, true): isElapsed ? .elapsed : .time
      case (false, false): .number
      }
  }
}
