import Testing

@testable import Extraction

@Suite("TableHeader")
struct TableHeaderTests {
  private func header(_ lines: [String]) -> TableHeader {
    TableHeader(
      in: lines.map { line in
        var row = TableRow()
        for (column, cell) in line.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
          row.append(String(cell), column: column)
        }
        return row
      })
  }

  @Test(
    "the first row is the header",
    arguments: [
      ["name,age", "Alice,30", "Bob,40"],
      ["name,city", "Alice,Paris"],  // all text
      ["name,city"],  // nothing below
      [",name,age", "0,Alice,30", "1,Bob,40"],  // an index without a name, as pandas writes it
      ["name,2019,2020", "Alice,5,6", "Bob,7,8"],  // years
      ["day,2024-01-01,2024-01-02", "Alice,5,6"],  // dates
      ["id", "1", "2"], ["id,x,", "1,2,3", "4,5,6"],
      ["name,since", "Alice,2024-03-01", "Bob,2024-03-02"],
      ["name,active", "Alice,true"],
      ["a,b,c", "1,2,3", "1,2,3,4,5,6,7"],  // ragged
      ["a,a,b", "1,2,3"],  // not all unique
      ["name,price", "x,n/a", "y,1.5", "z,2", "a,3"],  // most values are numbers
    ])
  func first(lines: [String]) {
    let header = header(lines)
    #expect(header.titles == 0)
    let cells = lines[0].split(separator: ",", omittingEmptySubsequences: false).map { $0.isEmpty ? nil : String($0) }
    #expect(header.names?[...] == cells[...(cells.lastIndex { $0 != nil } ?? 0)])
  }

  @Test(
    "there is no header",
    arguments: [
      ["Alice,30", "Bob,40"],
      ["1,2,3", "4,5,6"],
      ["Alice,30"],
      ["2024-03-01,Alice,4", "2024-03-02,Bob,5"],
      ["true,Alice", "false,Bob"],
      ["x,2000", "y,3000"],  // one year alone may be a value
      ["2019,2020", "2021,2022"],
      [String(repeating: "long ", count: 41) + ",1", "short,2"],
      ["a,a,a,a", "1,2,3,4"],  // one name in four
      [],
    ])
  func none(lines: [String]) {
    #expect(header(lines).names == nil)
    #expect(header(lines).titles == 0)
  }

  @Test(
    "leading rows with one cell, or too few, are titles",
    arguments: [
      (["Sales of 2024", "region,amount", "Nord,12"], 1),
      (["Sales of 2024", ",in euro", "region,amount", "Nord,12", "Sued,13"], 2),
      (["by,Bob", "region,amount,a,b,c", "Nord,12,1,2,3", "Sued,12,1,2,3"], 1),
    ])
  func titles(lines: [String], count: Int) {
    #expect(header(lines).titles == count)
    #expect(header(lines).names?.prefix(2) == ["region", "amount"])
  }

  @Test(
    "cells are told by what they look like",
    arguments: [
      ("12", .number), ("-1.234,56 €", .number), ("1e-7", .number), ("50 %", .number), ("1 000", .number),
      ("1'000.5", .number), ("$5", .number), ("(5)", .number), ("1.234.567", .number), ("12345", .number),
      ("1999", .year), ("2100", .year), ("1899", .number), ("2101", .number),
      ("2024-03-01", .date), ("01/03/2024", .date), ("31.12.2024", .date), ("14:30", .date), ("2024-03", .date),
      ("2024-03-01T14:30:00.123Z", .date), ("2024-03-01 14:30:00+01:00", .date),
      ("true", .boolean), ("FALSE", .boolean),
      ("", .text), ("abc", .text), ("12 kg", .text), ("Q1", .text), ("A-1", .text), ("-", .text), ("1e2e3", .text),
    ] as [(String, CellType)])
  func types(text: String, type: CellType) {
    #expect(CellType(text) == type)
  }
}
