package import IndexModel
internal import SQLiteStore
internal import Tokens

/// Adds and removes units with their text and postings. One for each thread; keeps the tokeniser's cache and all
/// buffers from file to file.
package final class UnitWriter {
  private let tokenizer = Tokenizer()
  private let codec = UnitTextCodec()
  private let contextCodec = UnitTextCodec()
  private let pathTokens = TokenBuffer(capacity: 4 << 10)
  private let titleTokens = TokenBuffer(capacity: 4 << 10)
  private let bodyTokens = TokenBuffer()

  package init() {}

  /// Sets the path that the following units belong to.
  package func begin(path: RelativePath) {
    pathTokens.removeAll()
    path.bytes.withUnsafeBytes { _ = tokenizer.append($0, to: pathTokens) }
  }

  /// Adds a unit of the file given to ``begin(path:)``.
  ///
  /// - Parameters:
  ///   - text: UTF-8; empty for a unit that only makes the file's name, and its title, searchable.
  ///   - context: UTF-8, shown with a hit and not searched: a line for each line of `text`, or nothing.
  package func add(
    _ text: UnsafeRawBufferPointer, context: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
    file: Int64, at place: UnitPlace, to rows: ShardRows
  ) throws {
    let insert = try rows.statement(
      """
      INSERT INTO units (file, first_line, last_line, title, page, sheet, first_row, last_row)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """)
    insert.bind(file, at: 1)
    insert.bind(place.firstLine, at: 2)
    insert.bind(place.lastLine, at: 3)
    insert.bindText(place.title, at: 4)
    insert.bind(place.page, at: 5)
    insert.bindText(place.sheet, at: 6)
    insert.bind(place.rows?.lowerBound, at: 7)
    insert.bind(place.rows?.upperBound, at: 8)
    try insert.run()
    let unit = rows.lastInsertedID
    if !text.isEmpty {
      let store = try rows.statement(
        "INSERT INTO unit_texts (unit, bytes, text, context_bytes, context) VALUES (?, ?, ?, ?, ?)")
      store.bind(unit, at: 1)
      store.bind(text.count, at: 2)
      store.bindBlob(try codec.compress(text), at: 3)
      if context.isEmpty {
        store.bindNull(at: 4)
        store.bindNull(at: 5)
      } else {
        store.bind(context.count, at: 4)
        store.bindBlob(try contextCodec.compress(context), at: 5)
      }
      try store.run()
    }
    try writePostings(
      "INSERT INTO postings (rowid, path, title, body) VALUES (?, ?, ?, ?)", unit: unit, text: text,
      title: place.title, in: rows)
  }

  /// Removes all units of a file.
  ///
  /// A contentless FTS5 table deletes by being handed the same tokens again: they are made from the stored text.
  ///
  /// - Parameter checkpoint: called before each unit; throws to give up.
  package func removeUnits(
    of file: Int64, path: RelativePath, from rows: ShardRows, checkpoint: () throws -> Void = {}
  ) throws {
    begin(path: path)
    let select = try rows.statement(
      """
      SELECT u.id, u.title, t.bytes, t.text
      FROM units u LEFT JOIN unit_texts t ON t.unit = u.id
      WHERE u.file = ?
      """)
    defer { select.reset() }
    select.bind(file, at: 1)
    var units: [Int64] = []
    while try select.step() {
      try checkpoint()
      let unit = select.int64(0)
      let text =
        select.isNull(3)
        ? UnsafeRawBufferPointer(start: nil, count: 0)
        : try codec.decompress(select.bytes(3), bytes: select.int(2))
      try writePostings(
        "INSERT INTO postings (postings, rowid, path, title, body) VALUES ('delete', ?, ?, ?, ?)", unit: unit,
        text: text, title: select.string(1), in: rows)
      units.append(unit)
    }
    select.reset()
    let deleteText = try rows.statement("DELETE FROM unit_texts WHERE unit = ?")
    let deleteUnit = try rows.statement("DELETE FROM units WHERE id = ?")
    for unit in units {
      for delete in [deleteText, deleteUnit] {
        delete.bind(unit, at: 1)
        try delete.run()
      }
    }
  }

  private func writePostings(
    _ sql: StaticString, unit: Int64, text: UnsafeRawBufferPointer, title: String?, in rows: ShardRows
  ) throws {
    titleTokens.removeAll()
    if var title { title.withUTF8 { _ = tokenizer.append(UnsafeRawBufferPointer($0), to: titleTokens) } }
    bodyTokens.removeAll()
    _ = tokenizer.append(text, to: bodyTokens)
    let insert = try rows.statement(sql)
    insert.bind(unit, at: 1)
    insert.bindText(pathTokens.bytes, at: 2)
    insert.bindText(titleTokens.bytes, at: 3)
    insert.bindText(bodyTokens.bytes, at: 4)
    try insert.run()
  }
}
