internal import IndexModel

/// The columns of one table or sheet, by name.
package struct TableColumns: Hashable, Sendable, Codable {
  /// Of a workbook; nil for a file that is one table.
  package var sheet: String?
  /// Columns that can have a name of their own, as many as a sheet of Excel has; those beyond have made-up ones.
  static let maximum = 16_384

  /// In the table's order, at most ``maximum``. As a sink is told them, without those that are empty; made-up ones (`column 3`) where the table has none.
  package var names: [String]

  package init(sheet: String? = nil, names: [String]) {
    self.sheet = sheet
    self.names = names
  }

  /// - Parameters:
  ///   - names: as the header has them, nil where it has none. A name that was there already gets ` 2`, ` 3` …
  ///   - width: made-up names go on to this number of columns.
  init(sheet: String?, header names: [String?], width: Int) {
    var uses: [String: Int] = [:]
    var taken = Set(names.compactMap(\.self))
    var result: [String] = []
    for column in 0..<min(max(names.count, width), Self.maximum) {
      var name = (column < names.count ? names[column] : nil) ?? Self.generatedName(column)
      let base = name
      while uses[name] != nil {
        uses[base, default: 1] += 1
        let next = "\(base) \(uses[base, default: 2])"
        // `a`, `a`, `a 2`: the second `a` must not take the third's own name.
        name = taken.insert(next).inserted ? next : base
      }
      uses[name, default: 0] += 1
      result.append(name)
    }
    self.init(sheet: sheet, names: result)
  }

  /// Without the columns that have neither a name in the header nor a value in these rows.
  func told(header: [String?], values: some Sequence<TableRow>) -> TableColumns {
    var used = Set(header.indices.filter { header[$0] != nil })
    for row in values { used.formUnion(row.cells.lazy.map(\.column).filter { $0 < Self.maximum }) }
    return TableColumns(sheet: sheet, names: names.indices.filter { used.contains($0) }.map { names[$0] })
  }

  /// The name of a column that has none. Columns are counted from 0 here, from 1 in the name.
  static func generatedName(_ column: Int) -> String { "column \(column + 1)" }

  /// The first column that is to be searched and is not here.
  func missing(of preferences: ColumnPreferences) -> String? {
    let own = Set(names.map(Self.comparable))
    return preferences.searched.first { !own.contains(Self.comparable($0)) }
  }

  /// What is done with the values of a column.
  enum Role {
    case searched, context, unused

    init(_ name: String, in preferences: ColumnPreferences) {
      if preferences.searched.isEmpty, preferences.context.isEmpty {
        self = .searched
        return
      }
      let name = TableColumns.comparable(name)
      if preferences.searched.contains(where: { TableColumns.comparable($0) == name }) {
        self = .searched
      } else if preferences.context.contains(where: { TableColumns.comparable($0) == name }) {
        self = .context
      } else {
        self = preferences.searched.isEmpty ? .searched : .unused
      }
    }
  }

  /// A name as names are compared: without regard to case and outer blanks.
  fileprivate static func comparable(_ name: String) -> String {
    var scalars = Substring(name.lowercased()).unicodeScalars
    while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
    while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
    return String(scalars)
  }
}
