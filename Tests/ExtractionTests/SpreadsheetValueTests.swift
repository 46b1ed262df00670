import Testing

@testable import Extraction

@Suite("Values of spreadsheets")
struct SpreadsheetValueTests {
  @Test(
    "format codes tell dates and times from numbers",
    arguments: [
      ("General", .number), ("0.00", .number), ("#,##0.00 \"days\"", .number), ("0.0%;[Red]-0.0%", .number),
      ("0.00E+00", .number), ("@", .number), ("", .number), ("\\d0", .number), ("_d0", .number), ("0;yyyy", .number),
      ("yyyy-mm-dd", .date), ("dd.mm.yyyy", .date), ("mmm yy", .date), ("mm", .date), ("[$-407]d. mmmm yyyy", .date),
      ("m/d/yy h:mm", .dateAndTime), ("yyyy-mm-dd\\Thh:mm:ss", .dateAndTime),
      ("[$-407]dd/mm/yy hh:mm:ss;@", .dateAndTime),
      ("h:mm AM/PM", .time), ("mm:ss.0", .time), ("hh:mm", .time), ("[h]:mm:ss", .elapsed), ("[mm]:ss", .elapsed),
      ("[", .number), ("\"", .number), ("\\", .number),
    ] as [(String, NumberFormat)])
  func codes(code: String, format: NumberFormat) {
    #expect(NumberFormat(code: code) == format)
  }

  @Test("the built-in formats")
  func builtIn() {
    let formats = [
      0: NumberFormat.number, 14: .date, 18: .time, 22: .dateAndTime, 46: .elapsed, 49: .number, -1: .number,
    ]
    for (id, format) in formats { #expect(NumberFormat(builtIn: id) == format) }
  }

  @Test(
    "serial numbers are dates, with the false leap day of 1900",
    arguments: [
      (1, "1900-01-01"), (59, "1900-02-28"), (60, "1900-02-29"), (61, "1900-03-01"), (36_526, "2000-01-01"),
      (36_585, "2000-02-29"), (45_352, "2024-03-01"), (73_109, "2100-02-28"), (73_110, "2100-03-01"),
      (2_958_465, "9999-12-31"), (0, nil), (-1, nil), (2_958_466, nil), (1e300, nil), (.nan, nil), (.infinity, nil),
    ] as [(Double, String?)])
  func dates(number: Double, text: String?) {
    #expect(SerialDate.from1900.text(number, .date) == text)
  }

  @Test("dates from 1904, times, and both")
  func times() {
    #expect(SerialDate.from1904.text(0, .date) == "1904-01-01")
    #expect(SerialDate.from1904.text(43_890, .date) == "2024-03-01")
    #expect(SerialDate.from1904.text(2_957_004, .date) == nil)
    #expect(SerialDate.from1900.text(45_352.6041666666666, .dateAndTime) == "2024-03-01 14:30:00")
    #expect(SerialDate.from1900.text(45_351.9999999, .dateAndTime) == "2024-03-01 00:00:00")
    #expect(SerialDate.from1900.text(0.5, .dateAndTime) == "12:00:00")
    #expect(SerialDate.from1900.text(45_352.6041666666666, .time) == "14:30:00")
    #expect(SerialDate.from1900.text(1.5, .elapsed) == "36:00:00")
    #expect(SerialDate.from1900.text(1.5, .number) == nil)
  }

  @Test(
    "numbers are written with 15 digits at most",
    arguments: [
      ("12", "12"), ("-3", "-3"), ("3.0", "3"), ("0.30000000000000004", "0.3"), ("1.1000000000000001", "1.1"),
      ("123456789012", "123456789012"), ("1E3", "1000"), ("1.5E-7", "1.5e-07"), ("0.1", "0.1"), ("-0.0001", "-0.0001"),
      ("3.1415926535897931", "3.14159265358979"), ("x", "x"), ("", ""), ("1e999", "1e999"), ("nan", "nan"),
      ("123456789012345678", "1.2345678901234568e+17"), ("5e-324", "5e-324"),
    ])
  func numbers(stored: String, text: String) {
    #expect(NumberText.text(stored) == text)
  }
}
